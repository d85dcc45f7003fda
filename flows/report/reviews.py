"""The other files a person works through: clerical review with its candidates, records not found, refused rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from pathlib import Path

import duckdb

from flows.report.addresses import Names, written
from flows.report.cells import cell
from flows.report.columns import DECISION, NEXT, OwnColumns
from flows.report.facts import quarantined
from flows.report.laid import laid_rows
from flows.report.settings import ReportSettings
from flows.report.tables import Row, count, rows
from flows.report.unlinked import CANDIDATE, NEXT_BEST, NO_VERDICTS, RULED_OUT, clerical, not_found
from flows.report.words import Words, rule_words
from flows.report.worklist import Side, number
from matching.comparisons import comparison
from matching.decide import MINIMUM_GAP
from matching.findings.sentences import render
from matching.identifiers import keyed_id

Cells = tuple[str, ...]
COMPARED = ("name", "number", "place", "birth", "sex", "age")
_NO_DECISION = ("",) * len(DECISION)
_WIDTH = len(CANDIDATE)
_LEVELS = CANDIDATE.index("levels")
_HEAD, _SIDE = 11, 18  # columns of `flows.report.unlinked.clerical` before the partner's side, and up to its address
_CANDIDATES = _SIDE + 2


_OWN_NUMBER = ("exact", "old", "slip", "old_slip")  # levels at which the number is the candidate's own
_NEXT = 15 + 3 * len(NEXT)


def load_ruled_out(con: duckdb.DuckDBPyConnection) -> None:
    """Make `ruled_out` and `next_best`, which both lists show, out of `links` and, if the run has it, `link_decisions`."""
    there = count(con, "SELECT count(*) FROM duckdb_views() WHERE view_name = 'link_decisions'")
    con.execute(RULED_OUT.format(verdicts="link_decisions" if there else NO_VERDICTS))
    con.execute(NEXT_BEST)


def clerical_rows(con: duckdb.DuckDBPyConnection, own: OwnColumns, settings: ReportSettings, scratch: Path) -> Iterator[Cells]:
    """Records that a person has to link or not: `review` before `ambiguous`, likeliest first."""
    names = Names(settings.as_of)
    for row in laid_rows(con, clerical(own.names), scratch):
        yield _clerical(row, names, settings)


def _clerical(row: Row, names: Names, settings: ReportSettings) -> Cells:
    record_id, outcome, code, codes, level, evidence, probability, gap, fitting, province, commune = row[:_HEAD]
    side = Side._make(row[_HEAD:_SIDE])
    why = _of_number(row[_CANDIDATES + _LEVELS]) or _why(outcome, fitting, probability, gap, settings.review)
    values = json.loads(evidence) if evidence else {}
    reason_vi = f"{why.vi} {render(code, level, values, 'vi')}" if code else why.vi
    reason_en = f"{why.en} {render(code, level, values, 'en')}" if code else why.en
    ends = _CANDIDATES + 3 * _WIDTH
    candidates = [_candidate(row[at : at + _WIDTH], names, settings.lang) for at in range(_CANDIDATES, ends, _WIDTH)]
    cells = (
        keyed_id(settings.key, "RV", settings.source.name, record_id), row[ends], outcome, reason_vi, reason_en, codes,
        names.province(province), names.communes(commune), str(fitting),
        side.name_raw, number(side), side.birth, row[_SIDE + 1], row[_SIDE],
        *(part for candidate in candidates for part in candidate),
        *row[ends + 1 :],
    )  # fmt: skip
    return (*map(cell, cells), *_NO_DECISION)


def _of_number(levels: str | None) -> Words | None:
    """The reason where the number leads to the first candidate and the name cannot be theirs; None in every other case."""
    found = dict(zip(COMPARED, levels.split("|"), strict=True)) if levels else {}
    if found.get("name") not in ("else", "null") or found.get("number") not in _OWN_NUMBER:
        return None
    how, name = _level_words("number", found["number"]), _level_words("name", found["name"])
    return Words(
        f"Số giấy tờ dẫn đến ứng viên 1 ({how.vi}) nhưng {name.vi}.",
        f"The number leads to candidate 1 ({how.en}); the name does not ({name.en}).",
    )


def _why(outcome: str, fitting: int, probability: Decimal | None, gap: Decimal | None, review: float) -> Words:
    if outcome == "ambiguous" and (gap is None or gap > Decimal(MINIMUM_GAP) / 1000):
        vi = f"Có {fitting} người có thể phù hợp, không ai đủ phù hợp một mình (xác suất {decimal(probability, 2, ',')})."
        return Words(vi, f"{fitting} residents may fit, none well enough alone (probability {decimal(probability, 2)}).")
    if outcome == "ambiguous":
        vi = f"Có {fitting} người cùng phù hợp; chênh lệch {decimal(gap, 1, ',')} bit là quá nhỏ để chọn."
        return Words(vi, f"{fitting} residents fit; a gap of {decimal(gap, 1)} bits is too small to choose.")
    if probability is None or probability < Decimal(str(review)):
        vi = f"Không ai đủ phù hợp; ứng viên 1 là người gần nhất (xác suất {decimal(probability, 2, ',')})."
        return Words(vi, f"Nobody fits well enough; candidate 1 is the closest (probability {decimal(probability, 2)}).")
    vi = f"Có một người phù hợp nhất nhưng chưa chắc chắn (xác suất {decimal(probability, 2, ',')})."
    return Words(vi, f"One resident fits best, but not for certain (probability {decimal(probability, 2)}).")


def decimal(value: Decimal | None, places: int, point: str = ".") -> str:
    """A number cut to so many decimals (0.9499 is no 0.95, which would be a link); null is a dash."""
    if value is None:
        return "–"
    return str(value.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)).replace(".", point)


def _candidate(values: Row, names: Names, lang: str) -> tuple[str | None, ...]:
    person_id, name, digits, birth, sex, address, communes, probability, levels, signs, found = values
    if person_id is None:
        return ("",) * 10
    speaks_for, against = evidence_words(levels or "", signs or "", lang)
    chance = "" if probability is None else decimal(probability, 4)
    return (person_id, name, digits, birth, sex, written(address, communes, names), chance, speaks_for, against, found)


@lru_cache(maxsize=100_000)
def evidence_words(levels: str, signs: str, lang: str) -> tuple[str, str]:
    """What speaks for and against a candidate: the level of each comparison in words, by the sign of its weight."""
    found: dict[str, list[Words]] = {"1": [], "-1": []}
    if levels:
        for name, level, sign in zip(COMPARED, levels.split("|"), signs.split("|"), strict=True):
            if sign in found and level != "null":
                found[sign].append(_level_words(name, level))
    speaks_for, against = (_joined(found[sign], lang) for sign in ("1", "-1"))
    return speaks_for, against


def _level_words(name: str, level: str) -> Words:
    for declared in comparison(name).levels:
        if declared.name == level:
            return Words(declared.vi, declared.en)
    return Words(f"{name}: {level}", f"{name}: {level}")


def _joined(found: list[Words], lang: str) -> str:
    if not found:
        return ""
    return Words("; ".join(w.vi for w in found), "; ".join(w.en for w in found)).both(lang)


def not_found_rows(con: duckdb.DuckDBPyConnection, own: OwnColumns, settings: ReportSettings, scratch: Path) -> Iterator[Cells]:
    """Records that no resident fits, with what was looked for: repaired name, number and place under today's names."""
    names = Names(settings.as_of)
    for row in laid_rows(con, not_found(own.names), scratch):
        record_id, codes, ruled_out, probability, province, commune = row[:6]
        side, address = Side._make(row[6:13]), row[13]
        place = (names.communes(commune), names.province(province))
        looked = _looked_for(side, ", ".join(part for part in place if part))
        chance = "" if probability is None else decimal(probability, 4)
        named = (row[14], *(decimal(cell, 4) if isinstance(cell, Decimal) else cell for cell in row[15:_NEXT]))
        cells = (
            record_id, codes, *looked, ruled_out, chance, place[1], place[0], side.name_raw, number(side), side.birth, address, *named, *row[_NEXT:],
        )  # fmt: skip
        yield tuple(map(cell, cells))


def _looked_for(side: Side, place: str) -> Words:
    """The three things that candidates are searched by; what the record does not say was not searched."""
    shown = side.id12 or side.id9  # an invalid number proposes no resident
    vi = (f"họ tên: {side.name}" if side.name else "", f"số giấy tờ: {shown}" if shown else "", f"nơi: {place}" if place else "")
    en = (f"name: {side.name}" if side.name else "", f"number: {shown}" if shown else "", f"place: {place}" if place else "")
    return Words("; ".join(filter(None, vi)), "; ".join(filter(None, en)))


def quarantine_rows(con: duckdb.DuckDBPyConnection) -> Iterator[Cells]:
    """Refused rows of both sides with the rule that they broke, in the order of their files."""
    for side, file, line, rule, raw in rows(con, quarantined()):
        told = rule_words(rule)
        yield tuple(map(cell, (side, file, str(line), rule, told.vi, told.en, raw)))
