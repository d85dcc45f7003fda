"""Which table column each header of a file becomes. Every header is a field, an alias, carried through or sensitive.

Headers are compared folded (no accents, case, punctuation). The run file's `columns` come first; a header that an alias
would give to a field so taken is carried through. What leaves a doubt is refused, all of it at once: a swapped or
renamed column must never be read as another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache

from flows.ingest.declare import Column
from flows.ingest.limits import MAX_COLUMNS
from matching.errors import Problem
from matching.sources import SENSITIVE_HEADERS, Source
from matching.standardise.text import fold, nfc, squeeze


@lru_cache(maxsize=16)
def known_headers(source: Source) -> dict[str, str]:
    """Folded header -> field name, for all aliases of the source and its field names themselves."""
    known: dict[str, str] = {}
    for field in source.fields:
        for header in (field.name, *field.aliases):
            known.setdefault(fold(header), field.name)
    return known


def count_known(source: Source, headers: Sequence[str], overrides: dict[str, str]) -> int:
    """How many of the headers the source or the run file knows."""
    known = known_headers(source).keys() | {fold(header) for header in overrides.values()}
    return sum(fold(header) in known for header in headers)


def map_headers(source: Source, headers: Sequence[str], overrides: dict[str, str], where: str) -> tuple[list[Column], list[Problem]]:
    """The columns of a file with these headers (trailing empty ones already gone), and all that is wrong with them."""
    if len(headers) > MAX_COLUMNS:
        return [], [Problem(where, f"{len(headers)} columns / quá nhiều cột", f"at most {MAX_COLUMNS}")]
    if not is_header(source, headers, overrides):
        return [], [_no_header(source, headers, where)]
    clean = [squeeze(nfc(header)) for header in headers]
    taken, problems = _stated(source, clean, overrides, where)
    uses = _fields(source, clean, taken)
    columns = [_column(place, header, uses[place]) for place, header in enumerate(clean)]
    problems += [*_spoilt(clean, where), *_doubled(columns, where), *_missing(source, clean, columns, where)]
    return columns, problems


def is_header(source: Source, headers: Sequence[str], overrides: dict[str, str]) -> bool:
    """True if the cells are headers, not data: one in four is known (at least one), and none holds a number of six digits."""
    matched = count_known(source, headers, overrides)
    data = any(sum(char.isdigit() for char in header) >= 6 for header in headers)
    return matched > 0 and not (data and matched < 2) and matched >= min(2, len(headers) / 4)


def _no_header(source: Source, headers: Sequence[str], where: str) -> Problem:
    """No cell is quoted here: what stands in the place of the header may be a person's data."""
    needed = ", ".join(f"{field.name} ({field.aliases[0]})" for field in source.fields if field.required)
    return Problem(
        where,
        f"no header: none of the {len(headers)} cells of the first line is a known header / thiếu dòng tiêu đề",
        f"a first line with the headers of {source.name}, at least {needed}",
        "Put the header back, state the delimiter and encoding, or name the headers under `columns` in the run file",
    )


def _stated(source: Source, headers: list[str], overrides: dict[str, str], where: str) -> tuple[dict[int, str], list[Problem]]:
    """Place -> field, from the run file's `columns`."""
    taken: dict[int, str] = {}
    problems = []
    names = [field.name for field in source.fields]
    for name, header in overrides.items():
        wanted = squeeze(nfc(header))
        exact = [place for place, found in enumerate(headers) if found == wanted]
        places = exact or [place for place, found in enumerate(headers) if fold(found) == fold(wanted)]
        if name not in names:
            found = f"columns.{name}: {source.name} has no such field"
            problems.append(Problem(where, found, f"one of {', '.join(names)}", _nearest(name, names)))
        elif len(places) != 1 or places[0] in taken:
            found = f"columns.{name}: the header {header!r} " + ("is not in the file" if not places else "is not unique")
            problems.append(Problem(where, found, f"one of {_quote(headers)}", _nearest(header, headers)))
        else:
            taken[places[0]] = name
    return taken, problems


def _fields(source: Source, headers: list[str], taken: dict[int, str]) -> list[str | None]:
    """The field of each header, or None; a field that the run file placed is not given to another header by alias."""
    known = known_headers(source)
    given = set(taken.values())
    by_alias = [known.get(fold(header)) for header in headers]
    return [taken.get(place, None if name in given else name) for place, name in enumerate(by_alias)]


def _column(place: int, header: str, field: str | None) -> Column:
    if field is not None:
        return Column(place, header, "field", field)
    if fold(header) in _sensitive():
        return Column(place, header, "dropped_sensitive", None)
    return Column(place, header, "carried", f"x:{header}")


@lru_cache(maxsize=1)
def _sensitive() -> frozenset[str]:
    return frozenset(fold(header) for header in SENSITIVE_HEADERS)


def _spoilt(headers: list[str], where: str) -> Iterator[Problem]:
    empty = [str(place + 1) for place, header in enumerate(headers) if not header]
    if empty:
        yield Problem(where, f"no header over column {', '.join(empty)} / cột không có tiêu đề", "a name over every column")


def _doubled(columns: list[Column], where: str) -> Iterator[Problem]:
    """Headers that are the same, or two that mean one field."""
    seen: dict[str, Column] = {}
    for column in columns:
        mark = column.name if column.use == "field" else column.header.casefold()
        if not mark:
            continue
        other = seen.setdefault(mark, column)
        if other is not column and fold(other.header) == fold(column.header):
            found = f"the header {column.header!r} stands over columns {other.position + 1} and {column.position + 1}"
            yield Problem(where, f"{found} / tiêu đề bị trùng", "each header once", "Rename or remove one of them")
        elif other is not column:
            found = f"{other.header!r} and {column.header!r} both mean {column.name} / hai cột cùng một trường"
            fix = f'Say which: columns = {{ {column.name} = "{other.header}" }}; the other is carried through'
            yield Problem(where, found, "one header a field", fix)


def _missing(source: Source, headers: list[str], columns: list[Column], where: str) -> Iterator[Problem]:
    found = {column.name for column in columns}
    free = [column.header for column in columns if column.use == "carried"]
    for field in source.fields:
        if field.required and field.name not in found:
            expected = f"{field.name}, known as {_quote(field.aliases[:6])}"
            what = f"no column {field.name}; the headers are {_quote(headers)} / thiếu cột bắt buộc"
            near = [header for header in free for alias in field.aliases if _near(header, [alias])]
            hint = f" (nearest: {near[0]!r})" if near else ""
            yield Problem(where, what, expected, f'Name it in the run file: columns = {{ {field.name} = "..." }}{hint}')


def _near(word: str, words: Sequence[str]) -> list[str]:
    folded = {fold(other): other for other in words}
    return [folded[match] for match in get_close_matches(fold(word), folded, n=1, cutoff=0.6)]


def _nearest(word: str, words: Sequence[str]) -> str:
    return "".join(f"Nearest: {match!r}" for match in _near(word, words))


def _quote(headers: Sequence[str]) -> str:
    """Headers for a message; a cell with a number in it may be data and is not shown."""
    shown = [repr(h[:60]) if sum(c.isdigit() for c in h) < 4 else "(not shown)" for h in headers[:40]]
    return ", ".join(shown) + (f" and {len(headers) - 40} more" if len(headers) > 40 else "")


def same_header(source: Source, left: Sequence[str], right: Sequence[str]) -> bool:
    """True if two header lines name the same columns in the same order, whichever alias each uses."""
    known = known_headers(source)
    marks = [[known.get(fold(header), fold(header)) for header in line] for line in (left, right)]
    return marks[0] == marks[1]
