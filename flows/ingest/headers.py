"""Which table column each header of a file becomes. Every header is a field, an alias, part of a field, carried through or sensitive.

Headers are compared folded (no accents, case, punctuation, blanks). The run file's `columns` come first; a header that an
alias would give to a field so taken is carried through. What leaves a doubt is refused, all of it at once: a swapped or
renamed column must never be read as another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache

from flows.ingest.declare import Column
from flows.ingest.limits import MAX_COLUMNS
from flows.ingest.parts import Part, address_parts, birth_parts, name_parts, stated_part
from matching.errors import Problem
from matching.sources import SENSITIVE_HEADERS, Source
from matching.standardise.encodings import legible
from matching.standardise.text import fold, nfc, squeeze

Columns = Mapping[str, str | tuple[str, ...]]

_LONGEST = 200
_KEY = (
    "; cột số giấy tờ cũng dùng được nếu dòng nào cũng có, số thứ tự chỉ khi không đổi giữa các lần gửi"
    " / the column of personal numbers will do if every row has one, a running number only if it stays the same from one delivery to the next"
)
# What a bracket in a header may add without changing what the column is: "Tên khách hàng (viết hoa có dấu)".
_REMARK = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_HARMLESS = re.compile(r"(viet|ghi|in|chu|co|khong|neu|bat|theo|dang|dinh|vi|vd|dd|ngay|nam|text|so|\d+|yyyy)( .*|\d*)|ddmmyyyy|")


@lru_cache(maxsize=16)
def known_headers(source: Source) -> dict[str, str]:
    """Folded header without blanks -> field name, for all aliases of the source and its field names themselves."""
    known: dict[str, str] = {}
    for field in source.fields:
        for header in (field.name, *field.aliases):
            known.setdefault(mark(header), field.name)
    return known


def mark(header: str) -> str:
    """What two headers that say the same have in common: "Mã khách hàng", "MA_KHACH_HANG", "MaKhachHang" -> "makhachhang"."""
    return fold(header).replace(" ", "")


@lru_cache(maxsize=20_000)
def known_field(source: Source, header: str) -> str | None:
    """The field that a header means, or None: as it is, without a remark in brackets, or out of a legacy encoding."""
    known = known_headers(source)
    found = known.get(mark(header))
    if found is None and len(header) <= _LONGEST:
        plain = legible(_REMARK.sub(lambda match: "" if _HARMLESS.fullmatch(fold(match[1] or match[2] or "")) else match[0], header))
        found = known.get(mark(plain)) or _one_field(known, plain.split("/"))
    return found


def _one_field(known: Mapping[str, str], words: Sequence[str]) -> str | None:
    """The one field that all words of "Số CCCD/ĐDCN" mean, if they do."""
    fields = {known.get(mark(word)) for word in words}
    return next(iter(fields)) if len(words) > 1 and len(fields) == 1 else None


def flat(columns: Columns) -> list[str]:
    """All headers that the run file names."""
    return [header for stated in columns.values() for header in ((stated,) if isinstance(stated, str) else stated)]


def count_known(source: Source, headers: Sequence[str], overrides: Sequence[str]) -> int:
    """How many of the headers the source or the run file (`overrides`) knows."""
    stated = {mark(header) for header in overrides}
    return sum(mark(header) in stated or known_field(source, header) is not None for header in headers)


def map_headers(
    source: Source, headers: Sequence[str], overrides: Columns, where: str, later: int = 0
) -> tuple[list[Column], list[Problem]]:
    """The columns of a file with these headers (trailing empty ones already gone), and all that is wrong with them.

    `later` is the line of another header below, if these are none.
    """
    if len(headers) > MAX_COLUMNS:
        return [], [Problem(where, f"quá nhiều cột / {len(headers)} columns", f"nhiều nhất / at most {MAX_COLUMNS}")]
    if not is_header(source, headers, flat(overrides)):
        return [], [_no_header(source, headers, where, later)]
    clean = [squeeze(nfc(header)) for header in headers]
    taken, joined, problems = _stated(source, clean, overrides, where)
    uses = _fields(source, clean, taken, joined)
    readable = [legible(header) for header in clean]
    joined |= address_parts(source, readable, uses, joined)
    joined |= birth_parts(source, readable, uses, joined)
    for place, part in name_parts(source, readable, uses, joined).items():
        uses[place], joined[place] = None, part
    columns = [_column(place, header, uses[place], joined.get(place)) for place, header in enumerate(clean)]
    problems += [*_spoilt(clean, where), *_doubled(columns, where)]
    columns += _again(source, columns, taken)
    problems += _missing(source, clean, columns, where)
    return columns, problems


def is_header(source: Source, headers: Sequence[str], overrides: Sequence[str]) -> bool:
    """True if the cells are headers, not data: one in four is known (at least one), and none holds a number of six digits."""
    matched = count_known(source, headers, overrides)
    data = any(sum(char.isdigit() for char in header) >= 6 for header in headers)
    return matched > 0 and not (data and matched < 2) and matched >= min(2, len(headers) / 4)


def _no_header(source: Source, headers: Sequence[str], where: str, later: int) -> Problem:
    """No cell is quoted here: what stands in the place of the header may be a person's data."""
    example = ", ".join(f'{field.name} = "..."' for field in source.fields if field.required)
    needed = ", ".join(f"{field.name} ({field.aliases[0]})" for field in source.fields if field.required)
    found = (
        f"thiếu dòng tiêu đề: không ô nào trong {len(headers)} ô của dòng đầu là tiêu đề đã biết / no header: none of the cells is known"
    )
    if later:
        found = f"{found}; tiêu đề nằm ở dòng {later}, dưới những dòng khác / a header stands on line {later}, below other rows"
    return Problem(
        where,
        found,
        f"dòng đầu là tiêu đề của {source.name}, ít nhất / a first line with headers, at least: {needed}",
        "đưa dòng tiêu đề lên đầu, hoặc ghi tên cột trong tệp chạy / put the header back, or name the headers in the run file: "
        f"columns = {{ {example} }}",
    )


def _stated(source: Source, headers: list[str], overrides: Columns, where: str) -> tuple[dict[int, str], dict[int, Part], list[Problem]]:
    """Place -> field, place -> part of a field, from the run file's `columns`."""
    taken: dict[int, str] = {}
    joined: dict[int, Part] = {}
    problems = []
    names = [field.name for field in source.fields]
    for name, stated in overrides.items():
        if name not in names:
            found = f"columns.{name}: {source.name} không có trường này / has no such field"
            problems.append(Problem(where, found, f"một trong / one of: {', '.join(names)}", _nearest(name, names)))
            continue
        for rank, header in enumerate((stated,) if isinstance(stated, str) else stated):
            places = _places(headers, header)
            if len(places) != 1 or places[0] in taken or places[0] in joined:
                how = ("tệp không có tiêu đề này", "is not in the file") if not places else ("không rõ là cột nào", "is not unique")
                found = f"columns.{name}: {how[0]} / the header {header!r} {how[1]}"
                problems.append(Problem(where, found, f"một trong / one of: {_quote(headers)}", _nearest(header, headers)))
            elif isinstance(stated, str):
                taken[places[0]] = name
            else:
                joined[places[0]] = stated_part(name, source.field(name).kind, rank, legible(header))
    return taken, joined, problems


def _places(headers: list[str], header: str) -> list[int]:
    """Where a header of the run file stands: exactly so, else written otherwise."""
    wanted = squeeze(nfc(header))
    exact = [place for place, found in enumerate(headers) if found == wanted]
    return exact or [place for place, found in enumerate(headers) if mark(wanted) in (mark(found), mark(legible(found)))]


def _fields(source: Source, headers: list[str], taken: dict[int, str], joined: dict[int, Part]) -> list[str | None]:
    """The field of each header, or None; a field that the run file placed is not given to another header by alias."""
    given = {*taken.values(), *(part.field for part in joined.values())}
    by_alias = [None if place in joined else known_field(source, header) for place, header in enumerate(headers)]
    return [taken.get(place, None if name in given else name) for place, name in enumerate(by_alias)]


def _column(place: int, header: str, field: str | None, part: Part | None) -> Column:
    if field is not None:
        return Column(place, header, "field", field)
    if part is not None:
        return Column(place, header, "part", f"x:{header}", part)
    if fold(header) in _sensitive():
        return Column(place, header, "dropped_sensitive", None)
    return Column(place, header, "carried", f"x:{header}")


def _again(source: Source, columns: list[Column], taken: dict[int, str]) -> list[Column]:
    """A second field for a column: what the run file makes the key (a register without a code of its own) stays what it is, the personal number."""
    named = {column.name: column for column in columns if column.use == "field"}
    key = named.get(source.key)
    field = known_field(source, key.header) if key and key.position in taken else None
    return [replace(key, name=field, again=True)] if key and field and field not in named else []


@lru_cache(maxsize=1)
def _sensitive() -> frozenset[str]:
    return frozenset(fold(header) for header in SENSITIVE_HEADERS)


def _spoilt(headers: list[str], where: str) -> Iterator[Problem]:
    empty = [str(place + 1) for place, header in enumerate(headers) if not header]
    if empty:
        found = f"cột không có tiêu đề / no header over column {', '.join(empty)}"
        yield Problem(where, found, "mỗi cột một tên / a name over every column", "đặt tên cột hoặc xóa cột / name the column or remove it")


def _doubled(columns: list[Column], where: str) -> Iterator[Problem]:
    """Headers that are the same, or two that mean one field."""
    seen: dict[str, Column] = {}
    for column in columns:
        same = column.name if column.use == "field" else column.header.casefold()
        if not same:
            continue
        other = seen.setdefault(same, column)
        if other is not column and mark(other.header) == mark(column.header):
            found = (
                f"tiêu đề bị trùng / the header {shown(column.header)} stands over columns {other.position + 1} and {column.position + 1}"
            )
            yield Problem(where, found, "mỗi tiêu đề một lần / each header once", "đổi tên hoặc xóa một cột / rename or remove one of them")
        elif other is not column:
            found = f"hai cột cùng một trường / {shown(other.header)} and {shown(column.header)} both mean {column.name}"
            fix = f'ghi rõ cột nào / say which: columns = {{ {column.name} = "{other.header}" }}; cột kia giữ nguyên / the other is carried through'
            both = f'; lấy ô nào có chữ, theo thứ tự / the first that is filled: {column.name} = ["{other.header}", "{column.header}"]'
            yield Problem(where, found, "mỗi trường một cột / one header a field", fix + both)


def _missing(source: Source, headers: list[str], columns: list[Column], where: str) -> Iterator[Problem]:
    found = {column.name for column in columns} | {column.part.field for column in columns if column.part}
    free = [column.header for column in columns if column.use == "carried"]
    for field in source.fields:
        if field.required and field.name not in found:
            expected = f"{field.name}, còn gọi là / known as {_quote(field.aliases[:6])}"
            what = f"thiếu cột bắt buộc / no column {field.name}; tiêu đề trong tệp / the headers are {_quote(headers)}"
            near = [header for header in free for alias in field.aliases if _near(header, [alias])]
            hint = f" (gần nhất / nearest: {shown(near[0])})" if near else ""
            fix = f'ghi trong tệp chạy / name it in the run file: columns = {{ {field.name} = "..." }}{hint}'
            yield Problem(where, what, expected, fix + (_KEY if field.kind == "key" else ""))


def _near(word: str, words: Sequence[str]) -> list[str]:
    folded = {fold(other): other for other in words}
    return [folded[match] for match in get_close_matches(fold(word), folded, n=1, cutoff=0.6)]


def _nearest(word: str, words: Sequence[str]) -> str:
    return "".join(f"gần nhất / nearest: {shown(match)}" for match in _near(word, words))


def _quote(headers: Sequence[str]) -> str:
    return ", ".join(map(shown, headers[:40])) + (f" and {len(headers) - 40} more" if len(headers) > 40 else "")


def shown(header: str) -> str:
    """A header for a message; a cell with a number in it may be data and is not shown."""
    return repr(header[:60]) if sum(char.isdigit() for char in header) < 4 else "(không hiện / not shown)"


def same_header(source: Source, left: Sequence[str], right: Sequence[str]) -> bool:
    """True if two header lines name the same columns in the same order, whichever alias each uses."""
    marks = [[known_field(source, header) or mark(header) for header in line] for line in (left, right)]
    return marks[0] == marks[1]
