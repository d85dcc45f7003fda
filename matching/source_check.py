"""What is wrong with the declaration of a source: everything at once, so that whoever writes one is told and not surprised in a run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from matching.errors import Problem
from matching.source import Field, Kind, Source
from matching.standardise.text import fold

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Fields that the rest of the house knows by name, and the kind that they have.
_BY_NAME = {"birth_date": "date", "sex": "sex", "purpose": "text"}


def wrong_with(declared: Source, module: str) -> list[Problem]:
    """All problems of the declaration in `matching/sources/<module>.py`."""
    where = f"matching/sources/{module}.py"
    return [*_whole(declared, module, where), *_fields(declared, where), *_uses(declared, where)]


def _whole(declared: Source, module: str, where: str) -> Iterator[Problem]:
    if declared.name != module:
        yield Problem(f"{where}: name", repr(declared.name), f"tên tệp / the file's name: {module!r}")
    if declared.role not in ("register", "partner"):
        yield Problem(f"{where}: role", repr(declared.role), '"register" hoặc / or "partner"')
    keys = [field for field in declared.fields if field.kind == "key"]
    if len(keys) != 1 or not keys[0].required:
        found = f"{len(keys)} trường / fields: {', '.join(field.name for field in keys)}"
        yield Problem(f"{where}: kind='key'", found, "đúng một, required=True / exactly one, with required=True")
    names = [field for field in declared.fields if field.kind == "name"]
    if not names or not names[0].required:
        found = "không có, hoặc không bắt buộc / none, or not required"
        yield Problem(f"{where}: kind='name'", found, "trường tên đầu tiên có required=True / a first one with required=True")


def _fields(declared: Source, where: str) -> Iterator[Problem]:
    kinds = get_args(Kind)
    headers: dict[str, Field] = {}
    names: set[str] = set()
    for field in declared.fields:
        place = f"{where}: {field.name}"
        if not _NAME.fullmatch(field.name) or field.name in names or field.name in ("file", "line"):
            yield Problem(place, repr(field.name), "tên riêng, chữ thường a-z 0-9 _ / a name of its own, a-z 0-9 _; not file, line")
        names.add(field.name)
        if field.kind not in kinds:
            yield Problem(f"{place}: kind", repr(field.kind), f"một trong / one of: {', '.join(kinds)}")
        if isinstance(field.aliases, str):
            fix = f'thêm dấu phẩy / add a comma: ("{field.aliases}",)'
            yield Problem(f"{place}: aliases", repr(field.aliases), "một bộ tiêu đề / a tuple of headers", fix)
            continue
        for header in (field.name, *field.aliases):
            other = headers.setdefault(fold(header).replace(" ", ""), field)
            if other is not field:
                found = f"tiêu đề {header!r} cũng thuộc / also belongs to {other.name}"
                yield Problem(f"{place}: aliases", found, "mỗi tiêu đề một trường / a header means one field")


def _uses(declared: Source, where: str) -> Iterator[Problem]:
    kinds = {field.name: field.kind for field in declared.fields}
    for attribute, name, kind in (("place", declared.place, "address"), ("age_on", declared.age_on, "date")):
        if name is not None and kinds.get(name) != kind:
            fitting = ", ".join(field for field, has in kinds.items() if has == kind) or "None"
            yield Problem(f"{where}: {attribute}", repr(name), f"một trường kind={kind!r} / a field of that kind: {fitting}")
    if declared.role == "partner" and declared.place is None and "address" in kinds.values():
        address = next(name for name, kind in kinds.items() if kind == "address")
        yield Problem(f"{where}: place", "None: địa chỉ sẽ không được dùng / the address would not be used", f"place={address!r}")
    for name, kind in _BY_NAME.items():
        if kinds.get(name, kind) != kind:
            yield Problem(f"{where}: {name}: kind", repr(kinds[name]), repr(kind))
    for field in declared.fields:
        birth = field.kind == "date" and any(fold(alias) in ("ngay sinh", "date of birth") for alias in field.aliases)
        if (birth and field.name != "birth_date") or (field.kind == "sex" and field.name != "sex"):
            wanted = "birth_date" if birth else "sex"
            found = "không được so sánh dưới tên này / not compared under this name"
            yield Problem(f"{where}: {field.name}", found, f"tên trường / the field's name: {wanted}")
