"""The work list, row by row: what the partner says, what the register says, where they differ, and why it matters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from flows.report.addresses import FIELDS, Names, Place, address_diff, written
from flows.report.cells import cell
from flows.report.columns import DECISION, OwnColumns
from flows.report.diff import mark_day, mark_digits, mark_words
from flows.report.laid import laid_rows
from flows.report.listing import work_list
from flows.report.settings import ReportSettings
from flows.report.tables import Row
from flows.report.words import Words, value_source
from matching.findings.sentences import render, suggested_action

_NO_DECISION = ("",) * len(DECISION)


class Side(NamedTuple):
    """Name, number and birth date as one side has them; the numbers are digits put right, null if they are none."""

    name_raw: str | None
    name: str | None
    canonical: str | None
    id12: str | None
    id9: str | None
    digits: str | None
    birth: str | None


class Work(NamedTuple):
    """A row for the work list: its unit's keys, its severity, and the cells as they are written."""

    record_id: str
    province: str | None
    severity: str
    cells: tuple[str, ...]


def work_rows(con: duckdb.DuckDBPyConnection, own: OwnColumns, settings: ReportSettings, scratch: Path) -> Iterator[Work]:
    """All mismatches that are open, worst first, as cells of `columns.MISMATCHES`, own columns and the empty decision.

    `scratch` is a private folder for what is set apart meanwhile.
    """
    names = Names(settings.as_of)
    for row in laid_rows(con, work_list(own.names), scratch):
        yield _work(row, names, settings.lang)


_HEAD = 19  # columns of `listing.work_list` before the partner's side
_PARTNER = _HEAD + 7
_REGISTER = _PARTNER + 1 + 7
_ADDRESSES = _REGISTER + 8
_JUDGED = _ADDRESSES + len(FIELDS)
_OWN = _JUDGED + len(FIELDS)


def _work(row: Row, names: Names, lang: str) -> Work:
    mismatch_id, evidence_hash, cause_id, decided, changed, status, first_seen, severity = row[:8]
    code, codes, level, evidence, suggested, confidence, record_id, person_id, province, commune, more = row[8:_HEAD]
    partner, register = Side._make(row[_HEAD:_PARTNER]), Side._make(row[_PARTNER + 1 : _REGISTER])
    values = json.loads(evidence)
    cells = (
        mismatch_id, evidence_hash, status, first_seen, severity, code, codes,
        render(code, level, values, "vi"), render(code, level, values, "en"),
        confidence, names.province(province), names.communes(commune), person_id,
        *_person(partner, register),
        *_addresses(row, names, "ADDRESS_UNREADABLE" not in codes),
        action(code, level, values.get("form"), lang), suggested, value_source(code, values.get("act")).both(lang) if suggested else None,
        *_also(more or (), lang), cause_id, decided, changed,
        *row[_OWN:],
    )  # fmt: skip
    return Work(record_id, province, severity, (*map(cell, cells), *_NO_DECISION))


def action(code: str, level: str | None, form: str | None, lang: str) -> str:
    """What to do about a finding, in both languages, `lang` first."""
    return Words(suggested_action(code, level, "vi", form), suggested_action(code, level, "en", form)).both(lang)


def _person(partner: Side, register: Side) -> tuple[str | None, ...]:
    """Name, number and birth date side by side with their differences."""
    same_name = partner.canonical is not None and partner.canonical == register.canonical
    return (
        partner.name_raw,
        register.name_raw,
        "" if same_name else mark_words(partner.name or "", register.name or ""),
        number(partner),
        _both_numbers(register),
        _number_diff(partner, register),
        partner.birth,
        register.birth,
        mark_day(partner.birth or "", register.birth or ""),
    )


def number(side: Side) -> str | None:
    """The number to show: 12 digits before 9, else the digits as they were read."""
    return side.id12 or side.digits or side.id9


def _both_numbers(register: Side) -> str | None:
    """The register's 12-digit number and its old one: `001085000011; CMND 123456789`."""
    if register.id9 is None or register.id12 is None:
        return number(register)
    return f"{register.id12}; CMND {register.id9}"


def _number_diff(partner: Side, register: Side) -> str:
    """The partner's number against the register's number of its kind; empty if a side has none."""
    if partner.id9 is not None and partner.id12 is None and register.id9 is not None:
        return mark_digits(partner.id9, register.id9)
    left, right = number(partner), number(register)
    return mark_digits(left, right) if left and right else ""


def _also(more: Sequence[str], lang: str) -> tuple[str, str]:
    """The sentences of the other findings in both languages, each with what is suggested and where that comes from."""
    vi, en = [], []
    for finding in more:
        code, level, evidence, suggested = json.loads(finding)
        values = json.loads(evidence)
        source = value_source(code, values.get("act"))
        vi.append(_hinted(render(code, level, values, "vi"), suggested, source.vi))
        en.append(_hinted(render(code, level, values, "en"), suggested, source.en))
    return " • ".join(vi), " • ".join(en)


def _hinted(sentence: str, suggested: str | None, source: str) -> str:
    """The sentence with what is suggested, where it does not say that itself."""
    if not suggested or suggested in sentence:
        return sentence
    return f"{sentence} → {suggested}" + (f" ({source})" if source else "")


def _addresses(row: Row, names: Names, readable: bool) -> tuple[str | None, ...]:
    """The partner's address, the register's four (the one judged first), and where the two that are judged differ."""
    shown: tuple[Any, ...] = row[_REGISTER:_ADDRESSES]
    partner, judged = Place._make(row[_ADDRESSES:_JUDGED]), Place._make(row[_JUDGED:_OWN])
    register = (written(shown[at], shown[at + 1], names) for at in (0, 2, 4, 6))
    return (row[_PARTNER], *register, address_diff(partner, judged, names) if readable else "")
