"""Why a given resident was not linked to a record: worked out anew for this one pair, by the functions that a run goes through.

The register's counts are those of the run's own tables, so levels and weights are the ones that the pair had, or would have had if
a rule had proposed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from matching.arrays import Array
from matching.block import NUMBER_RULES, RULE_NAMES, RULES, Blocker, Pairs
from matching.compare import Compared, compare_pairs, met
from matching.comparisons import COMPARISONS, comparison
from matching.counts import count_register
from matching.decide import MINIMUM_GAP
from matching.engine import view
from matching.keys import Rows, World, record_rows
from matching.load import load_records, load_world
from matching.model import Model
from matching.propose import BlockingRule
from matching.score import score
from matching.told import Said

TABLES = ("std_name", "std_address", "std_register", "std_partner", "candidates", "decided")
VERDICTS = {
    "linked": ("đã được liên kết", "it is the link"),
    "out_of_scope": ("bản ghi không phải cá nhân: không tìm ai", "the record is no natural person: nobody is looked for"),
    "not_proposed": (
        "không quy tắc nào đề xuất: mỗi khóa có phần khác hoặc thiếu",
        "no rule proposed it: of every key some part differs or is missing",
    ),
    "capped": ("khóa chung có quá nhiều người nên bị bỏ qua", "too many residents share the keys that agree, so they were left out"),
    "certain": (
        "số giấy tờ và họ tên đã chỉ đúng một người: không tìm thêm",
        "number and name are those of one resident: nobody else was looked for",
    ),
    "told": ("có người đã xét: không phải người này", "somebody has judged that these are two people"),
    "told_other": ("có người đã xác nhận một cư dân khác", "somebody has confirmed another resident"),
    "other_person": ("họ tên khác, số và ngày sinh không trùng", "another name, and neither number nor birth date meet"),
    "number_only": ("chỉ có số giấy tờ trùng, họ tên không thể là người này", "only the number points there, the name cannot be theirs"),
    "outweighed": ("một người khác phù hợp hơn", "another resident fits better"),
    "gap": (
        "có người khác phù hợp gần như vậy: chênh lệch quá nhỏ để chọn",
        "another resident fits about as well: the gap is too small to choose",
    ),
    "below": ("chưa đủ chắc chắn để liên kết", "not likely enough to be linked"),
}


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """A blocking rule and a pair: the columns of its key on which both sides agree, differ, or of which one knows nothing."""

    rule: str
    agree: tuple[str, ...]
    differ: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What became of a pair; `verdict` is a key of VERDICTS.

    `best` is the best candidate's weight, `weight` that of this pair with the prior; `proposed_by` the first rule that proposed it, if any.
    """

    verdict: str
    proposed_by: str | None
    rules: tuple[RuleSaid, ...]
    levels: Mapping[str, str]
    weights: Mapping[str, int]
    weight: int
    probability: float | None
    best: int | None
    best_person: str | None


def why_not(
    con: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Path],
    record_id: str,
    person_id: str,
    model: Model,
    minimum_age: int,
    prior: int,
    said: Iterable[Said] = (),
) -> WhyNot:
    """Why the resident `person_id` is not the link of `record_id`, of which people have `said` something; KeyError with the id that the run does not know."""
    for name in TABLES:
        view(con, name, tables[name])
    left = _number(con, "std_partner", "l", "record_id", record_id)
    right = _number(con, "std_register", "r", "person_id", person_id)
    world = load_world(con)
    records = load_records(con, world, f"l = {left}")
    blocked = Blocker(world).block(records)
    here = np.flatnonzero(blocked.pairs.resident == right)
    rule = int(blocked.pairs.rule[here[0]]) if len(here) else None
    slip = bool(blocked.pairs.slip[here[0]]) if len(here) else False
    pair = Pairs(np.array([0]), np.array([right]), np.array([rule or 0], np.int8), np.array([slip]))
    compared = compare_pairs(world, records, pair, minimum_age, prune=False)
    scored = score(world, count_register(world), model, compared)
    weights = {name: int(scored.weights[name][0]) for name in COMPARISONS}
    decision, link, best, best_person, listed = _decided(con, left, right)
    weight = sum(weights.values()) + prior
    rules = tuple(_said(rule_, world, records, right) for rule_ in (*NUMBER_RULES[:2], *RULES))
    if rule is None:
        searched = bool((blocked.pairs.rule >= len(NUMBER_RULES)).any())
        verdict = _not_proposed(decision, rules, searched=searched)
    else:
        verdict = "linked" if link == right else _outdone(decision, compared, weight, best)
    if link != right:
        verdict = _told(said, person_id) or verdict
    levels = {name: comparison(name).level_names[int(compared.levels[name][0])] for name in COMPARISONS}
    return WhyNot(verdict, None if rule is None else RULE_NAMES[rule], rules, levels, weights, weight, listed, best, best_person)


def _number(con: duckdb.DuckDBPyConnection, table: str, number: str, key: str, value: str) -> int:
    found = con.execute(f"SELECT {number} FROM {table} WHERE {key} = ?", [value]).fetchall()
    if not found:
        raise KeyError(value)
    return int(found[0][0])


def _decided(con: duckdb.DuckDBPyConnection, left: int, right: int) -> tuple[str, int | None, int | None, str | None, float | None]:
    """The decision, the link, the best candidate's weight and person, and the probability of this resident where it was kept."""
    decision, link, best, person = con.execute(_DECISION, [left]).fetchall()[0]
    kept = con.execute("SELECT match_probability FROM candidates WHERE l = ? AND r = ?", [left, right]).fetchall()
    return str(decision), link, best, person, float(kept[0][0]) if kept else None


def _told(said: Iterable[Said], person_id: str) -> str | None:
    """What people said against the pair, as far as the run has heeded it."""
    heeded = [one for one in said if one.heeded]
    if any(one.person_id == person_id and one.verdict == "other" for one in heeded):
        return "told"
    return "told_other" if any(one.person_id != person_id and one.verdict == "same" for one in heeded) else None


def _not_proposed(decision: str, said: Iterable[RuleSaid], *, searched: bool) -> str:
    """Why no rule proposed the pair: nobody was looked for, their number said it all, a key was over-full, or no key agrees."""
    if decision == "out_of_scope":
        return "out_of_scope"
    if all(found.differ or found.unknown for found in said):
        return "not_proposed"
    return "capped" if searched else "certain"


def _outdone(decision: str, compared: Compared, weight: int, best: int | None) -> str:
    """Why a proposed pair is no link: the first reason that applies, in the order of a run."""
    if not met(compared.levels)[0]:
        return "other_person"
    if compared.levels["name"][0] in (comparison("name").level_names.index(level) for level in ("else", "null")):
        return "number_only"
    if decision in ("linked", "ambiguous") and best is not None and weight < best - MINIMUM_GAP:
        return "outweighed"
    return "gap" if decision == "ambiguous" else "below"


def _said(rule: BlockingRule, world: World, records: dict[str, Array], right: int) -> RuleSaid:
    """What the best of the rule's keys says of the pair."""
    if rule.name in ("number", "old_number"):
        column = rule.keys[0][0]
        return _compare(rule, rule.keys[0], {column: records[column][:1]}, {column: world.register.people[column][right : right + 1]})
    left, rows = record_rows(world, records, np.array([0])), _resident_rows(world, right)
    found = [_compare(rule, key, _columns(left, key), _columns(rows, key)) for key in rule.keys]
    best = min(found, key=lambda one: len(one.differ) + len(one.unknown))
    if rule.having and not (left.column(rule.having) != 0).any():
        return RuleSaid(rule.name, best.agree, best.differ, (*best.unknown, rule.having))
    if rule.lacking and (left.column(rule.lacking) != 0).any():
        return RuleSaid(rule.name, best.agree, (*best.differ, f"no_{rule.lacking}"), best.unknown)
    return best


def _columns(rows: Rows, key: tuple[str, ...]) -> dict[str, Array]:
    return {column: rows.column(column) for column in key}


def _resident_rows(world: World, right: int) -> Rows:
    """The key rows of one resident."""
    register = world.register
    named, living = (_only(part, right) for part in (register.named, register.living[:2]))
    people = {name: values[[right, -1]] for name, values in register.people.items() if name in ("birth_year", "birth_day")}
    day = people["birth_day"].astype(np.int64)
    return world.rows(np.array([0]), named, living, {"birth": np.where(day != 0, people["birth_year"].astype(np.int64) * 10_000 + day, 0)})


def _only(part: tuple[Array, Array], right: int) -> tuple[Array, Array]:
    which = part[1][part[0] == right]
    return np.zeros(len(which), np.int64), which


def _compare(rule: BlockingRule, key: tuple[str, ...], left: Mapping[str, Array], right: Mapping[str, Array]) -> RuleSaid:
    """The columns of a key by whether any value of the one side is one of the other's."""
    agree: list[str] = []
    differ: list[str] = []
    unknown: list[str] = []
    for column in key:
        mine, theirs = (np.unique(side[column][side[column] != 0]) for side in (left, right))
        (unknown if not len(mine) or not len(theirs) else agree if len(np.intersect1d(mine, theirs)) else differ).append(column)
    return RuleSaid(rule.name, tuple(agree), tuple(differ), tuple(unknown))


_DECISION = """
SELECT d.decision, d.r, d.match_weight, g.person_id FROM decided d LEFT JOIN std_register g ON g.r = d.best WHERE d.l = ?
"""
