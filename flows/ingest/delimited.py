"""CSV and TSV -> tables of text, with every physical line accounted for: a row, a rejected line, or a blank one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from flows.ingest.ahead import ahead
from flows.ingest.classify import Mask, plain_lines
from flows.ingest.declare import FilePlan
from flows.ingest.dialect import BadLine, split_line
from flows.ingest.encoding import to_utf8
from flows.ingest.files import Digest, chunks
from flows.ingest.headers import known_field, same_header
from flows.ingest.limits import KEPT_OF_LONG_LINE, MAX_LINE
from flows.ingest.lines import Block, Places, blocks
from flows.ingest.tables import Reject, Rows, text_table
from matching.errors import InputRefused, Problem
from matching.sources import Source

_BOM = "\ufeff"
_HALF_LETTER = re.compile(r"\\x[c-f][0-9a-f](\\x[89ab][0-9a-f]){0,2}$")  # the start of a letter of UTF-8, as the quarantine writes it


@dataclass(slots=True)
class _Sorted:
    """What the lines of a block turned out to be that were looked at one by one."""

    lines: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    blank: int = 0
    boms: int = 0
    undecodable: list[bytes] = field(default_factory=list)


def read_delimited(source: Source, plan: FilePlan, digest: Digest) -> Iterator[Rows]:
    """The rows of a file, block by block, in the order of their lines."""
    pieces = to_utf8(chunks(plan.file, plan.compression, digest), plan.encoding or "utf-8")
    for block, plain, undecodable in ahead(_judged(plan, blocks(pieces, plan.file.name))):
        yield _read_block(source, plan, block, plain, undecodable)


def _judged(plan: FilePlan, found: Iterator[Block]) -> Iterator[tuple[Block, Mask, Mask]]:
    for block in found:
        if block.first_line + len(block.starts) - 1 > plan.skip:
            yield block, *plain_lines(block, plan.delimiter or ",", plan.width + plan.surplus)


def _read_block(source: Source, plan: FilePlan, block: Block, plain: Mask, undecodable: Mask) -> Rows:
    head = max(0, plan.skip + 1 - block.first_line)
    plain[:head] = False
    empty = block.stops == block.starts
    others = np.flatnonzero(~plain & ~empty)
    rest = _one_by_one(plan, block, others[others >= head], undecodable)
    rest.blank += int(empty[head:].sum())
    _refuse_cut_off(plan, block, rest)
    table, spilled = _parse(plan, block, plain)
    _again(plan, block, spilled, rest)
    if rest.lines:
        slow = text_table(rest.cells, _used(plan), np.array(rest.lines, np.int64))
        table = pa.concat_tables([table, slow])
        table = table.take(pa.array(np.argsort(table["line"].to_numpy(), kind="stable")))
    table, repeated = _without_headers(source, plan, block, table)
    rejects = sorted(rest.rejects + repeated, key=lambda reject: reject.line)
    rows = len(plain) - head - rest.blank
    return Rows(table, rejects, rows, rest.blank, rest.boms, rest.undecodable)


def _used(plan: FilePlan) -> list[tuple[int, str]]:
    return [(column.position, column.name) for column in plan.columns if column.name is not None]


def _parse(plan: FilePlan, block: Block, plain: Mask) -> tuple[pa.Table, list[int]]:
    """The plain lines as a table, and those of them whose surplus cells turned out not to be empty."""
    used = _used(plan)
    numbers = np.flatnonzero(plain)
    if not len(numbers):
        return text_table([], used, numbers), []
    data = block.data
    if len(numbers) < len(plain):
        data = data[np.repeat(plain, np.diff(block.ends, prepend=-1))]
    names = [f"c{at}" for at in range(plan.width + plan.surplus)]
    wanted = [names[at] for at in dict.fromkeys(at for at, _ in used)] + names[plan.width :]
    raw = pv.read_csv(
        pa.BufferReader(pa.py_buffer(np.ascontiguousarray(data))),
        read_options=pv.ReadOptions(column_names=names, block_size=2 * MAX_LINE),
        parse_options=pv.ParseOptions(delimiter=plan.delimiter or ",", quote_char='"', double_quote=True, ignore_empty_lines=False),
        convert_options=pv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted,
            null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True, check_utf8=False,
        ),
    )  # fmt: skip
    table = pa.table({"line": pa.array(numbers + block.first_line), **{name: raw[f"c{at}"] for at, name in used}})
    spilled = np.zeros(len(numbers), np.bool_)
    for name in names[plan.width :]:
        spilled |= raw[name].is_valid().to_numpy()
    if not spilled.any():
        return table, []
    return table.filter(pa.array(~spilled)), numbers[spilled].tolist()


def _one_by_one(plan: FilePlan, block: Block, others: Places, undecodable: Mask) -> _Sorted:
    result = _Sorted()
    for at in others.tolist():
        raw = block.line(at)
        number = block.first_line + at
        if len(raw) > MAX_LINE:
            kept = raw[:KEPT_OF_LONG_LINE].decode("utf-8", "backslashreplace")
            result.rejects.append(Reject(number, "line_too_long", kept))
        elif undecodable[at]:
            result.rejects.append(Reject(number, "bad_encoding", raw.decode("utf-8", "backslashreplace")))
            result.undecodable.append(raw)
        else:
            _take(plan, number, raw.decode("utf-8"), result)
    return result


def _take(plan: FilePlan, number: int, text: str, result: _Sorted) -> None:
    """Read one decodable line by the rules of `split_line`."""
    bare = text.lstrip(_BOM)
    result.boms += len(text) - len(bare)
    if not bare.strip():
        result.blank += 1
        return
    try:
        if "\0" in bare:
            raise BadLine("nul_byte")
        cells = split_line(bare, plan.delimiter or ",")
        if len(cells) < plan.width or any(cells[plan.width :]):
            raise BadLine("ragged_row")
    except BadLine as bad:
        result.rejects.append(Reject(number, bad.rule, text))
        return
    result.lines.append(number)
    result.cells.append(cells)


def _refuse_cut_off(plan: FilePlan, block: Block, rest: _Sorted) -> None:
    """InputRefused if the file's last line has no end and too few cells or an open quote: it broke off while it was sent."""
    last = block.first_line + len(block.starts) - 1
    if not block.endless or "cut_off" in plan.allow or not rest.rejects or rest.rejects[-1].line != last:
        return
    rule, text = rest.rejects[-1].rule, rest.rejects[-1].raw
    short = rule in ("ragged_row", "bad_encoding") and text.count(plan.delimiter or ",") < plan.width - 1
    broken_off = short or rule == "unclosed_quote" or (rule == "bad_encoding" and _HALF_LETTER.search(text))
    if broken_off and (plan.delimiter or ",") in text:
        what = f"the last line, {last}, breaks off: the file is cut off / tệp bị cắt cụt ở cuối"
        fix = "xin lại tệp; nếu dòng đó chỉ là ghi chú thì xóa đi, hoặc cho qua / ask for the file again; if that line is a remark, take it out, "
        fix += 'or let it pass: [drift] allow = ["cut_off"]'
        raise InputRefused(Problem(f"{plan.file.name}, line {last}", what, "dòng cuối trọn vẹn / a last row that is whole", fix))


def _again(plan: FilePlan, block: Block, spilled: list[int], result: _Sorted) -> None:
    for at in spilled:
        _take(plan, block.first_line + at, block.line(at).decode("utf-8"), result)


def _without_headers(source: Source, plan: FilePlan, block: Block, table: pa.Table) -> tuple[pa.Table, list[Reject]]:
    """Take out header lines in mid-file (files glued together). InputRefused if one names other columns than the first."""
    keys = pc.utf8_lower(pc.utf8_trim_whitespace(table[source.key]))
    found = pc.is_in(keys, value_set=_spellings(source, plan)).to_numpy()
    places = np.flatnonzero(found)
    if not len(places):
        return table, []
    rejects = []
    keep = np.ones(table.num_rows, np.bool_)
    header = [column.header for column in plan.columns if not column.again]
    for place, number in zip(places.tolist(), table["line"].take(pa.array(places)).to_pylist(), strict=True):
        text = block.line(number - block.first_line).decode("utf-8").lstrip(_BOM)
        cells = split_line(text, plan.delimiter or ",")[: plan.width]
        same = same_header(source, cells, header)
        if not same and _mostly_known(source, cells):
            what = "another header, with other columns, in mid-file / tệp ghép từ nhiều bảng"
            raise InputRefused(
                Problem(
                    f"{plan.file.name}, line {number}", what, "mỗi tệp một bảng / one table a file", "tách tệp ở đó / split the file there"
                )
            )
        if same and "repeated_header" not in plan.allow:
            raise InputRefused(_again_header(plan, number))
        if same:
            keep[place] = False
            rejects.append(Reject(number, "repeated_header", text))
    return table.filter(pa.array(keep)), rejects


def _again_header(plan: FilePlan, number: int) -> Problem:
    what = f"the header stands again on line {number}: files glued together? / dòng tiêu đề lặp lại"
    fix = 'gửi từng tệp một, hoặc cho qua / deliver the files one by one, or let it pass: [drift] allow = ["repeated_header"]'
    return Problem(f"{plan.file.name}, line {number}", what, "một dòng tiêu đề ở đầu / one header, on the first line", fix)


def _spellings(source: Source, plan: FilePlan) -> pa.Array:
    aliases = {alias for declared in source.fields for alias in (declared.name, *declared.aliases)}
    return pc.utf8_lower(pa.array(sorted(aliases | {column.header for column in plan.columns}), pa.string()))


def _mostly_known(source: Source, cells: list[str]) -> bool:
    return sum(known_field(source, cell) is not None for cell in cells) * 2 > len(cells)
