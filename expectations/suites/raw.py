"""What holds of any raw table: its source's columns, every line accounted for, and fields that look like what they claim to be.

A file whose columns are swapped, shifted or renamed wrongly reads without an error; it shows in fields that do not look like
their kind. So the rules follow from the kinds of the source's fields, and a new source gets them without being named here.
"""

from __future__ import annotations

from expectations.contract import raw_contract
from expectations.declarations import Rule, Suite, graded, no_rows, not_empty, share
from matching.sources import Field, Source
from matching.sql import quoted_list

LEDGER_STAGE = {"register": "ingest_register", "partner": "ingest_partner"}

# A handful of rows is enough to see that a column holds something else altogether.
_ENOUGH = 20

# What a value of a kind does not look like. Slips, marks and legacy encodings are left room: names typed in VNI keys hold digits.
_NO_NUMBER = "(length(regexp_replace({0}, '[^0-9]', '', 'g')) NOT BETWEEN 8 AND 13 OR upper({0}) LIKE '%E+%')"
_UNLIKE = {
    "key": "(NOT regexp_matches({0}, '[0-9]') OR {0} LIKE '% % %' OR {0} LIKE '%,%')",
    "name": "(NOT regexp_matches({0}, '\\p{{L}}.*\\p{{L}}') OR {0} LIKE '%,%,%' OR regexp_matches({0}, '[0-9].*,'))",
    "id_number": _NO_NUMBER,
    "old_id_number": _NO_NUMBER,
    "phone": "(length(regexp_replace({0}, '[^0-9]', '', 'g')) NOT BETWEEN 8 AND 11)",
    "date": "(length(regexp_replace({0}, '[^0-9]', '', 'g')) NOT BETWEEN 4 AND 14)",
    "sex": "(length(trim({0})) > 12)",
    "address": "(NOT regexp_matches({0}, '\\p{{L}}.*\\p{{L}}.*\\p{{L}}') "
    "OR (NOT regexp_matches({0}, '[0-9,;.|-]') AND length({0}) - length(replace({0}, ' ', '')) <= 4))",
}
# What people write where there is nothing to write ("0", "-", "không có") says nothing of what the column holds: not judged.
_FILLED = "NOT regexp_full_match({0}, '[\\s0xX.?*/-]*') AND (regexp_matches({0}, '[0-9]') OR length({0}) > 15)"
_JUDGED = {
    **dict.fromkeys(("id_number", "old_id_number", "phone", "date"), _FILLED),
    "address": "length({0}) > 10",
}
_KIND_VI = {
    "key": "mã", "name": "họ tên", "id_number": "số định danh", "old_id_number": "số CMND", "phone": "số điện thoại",
    "date": "ngày tháng", "sex": "giới tính", "address": "địa chỉ",
}  # fmt: skip
_KIND_EN = {
    "key": "a key", "name": "a name", "id_number": "a personal number", "old_id_number": "an old number", "phone": "a phone number",
    "date": "a date", "sex": "a sex", "address": "an address",
}  # fmt: skip


def raw_suite(source: Source, prefix: str) -> Suite:
    """The suite of the raw table of `source`."""
    table = f"raw_{source.role}"
    rules = (
        *raw_contract(prefix, source),
        not_empty(prefix, "dòng", "row"),
        *_accounting(source, table, prefix),
        _repeated_header(source, table, prefix),
        *(rule for field in source.fields for rule in _field(field, table, prefix)),
        *_places_taken(source, table, prefix),
    )
    return Suite(f"{table}.{source.name}", table, f"ingest_{source.role}", rules)


def _accounting(source: Source, table: str, prefix: str) -> tuple[Rule, ...]:
    """Every line read is accepted or quarantined, and few are quarantined."""
    quarantine, stage = f"quarantine_{source.role}", LEDGER_STAGE[source.role]
    refused = graded(
        f"{prefix}-QUARANTINED", f"SELECT file, line FROM {quarantine}",
        f"SELECT file, line FROM {table} UNION ALL SELECT file, line FROM {quarantine}", 0.01, 0.20,
        "Tỷ lệ dòng bị cách ly phải thấp", "Few lines are quarantined",
    )  # fmt: skip
    ledger = no_rows(
        f"{prefix}-LEDGER",
        f"""SELECT '{stage}' AS stage WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE stage = '{stage}'
            AND rows_in = rows_out + rows_quarantined AND rows_out = (SELECT count(*) FROM {table})
            AND rows_quarantined = (SELECT count(*) FROM {quarantine}))""",
        "Số dòng đọc được phải bằng số dòng nhận cộng số dòng cách ly.",
        "Rows read are rows accepted plus rows quarantined.",
    )
    return (*refused, ledger)


def _repeated_header(source: Source, table: str, prefix: str) -> Rule:
    """No row is a header again, as files put one after another leave it."""
    return no_rows(
        f"{prefix}-HEADER",
        f"SELECT file, line FROM {table} WHERE trim({source.key}) IN ({quoted_list(source.field(source.key).aliases)})",
        "Không dòng nào được lặp lại dòng tiêu đề.", "No row repeats the header.",
    )  # fmt: skip


def _field(field: Field, table: str, prefix: str) -> tuple[Rule, ...]:
    """The rules of one field: it looks like its kind, its dates are written day first, a needed name is there."""
    rules: list[Rule] = []
    judged = _JUDGED.get(field.kind, "TRUE").format(field.name)
    of = f"SELECT file, line FROM {table} WHERE {field.name} IS NOT NULL AND {judged}"
    if field.kind in _UNLIKE:
        rules += graded(
            f"{prefix}-KIND-{field.name}", f"{of} AND {_UNLIKE[field.kind].format(field.name)}", of, 0.10, 0.50,
            f"Cột {field.name} phải chứa {_KIND_VI[field.kind]}", f"Column {field.name} holds {_KIND_EN[field.kind]}", _ENOUGH, (field.name,),
        )  # fmt: skip
    if field.kind == "date":
        rules.append(_day_first(field, of, prefix))
    if field.kind == "name" and field.required:
        rules += graded(
            f"{prefix}-MISSING-{field.name}", f"SELECT file, line FROM {table} WHERE {field.name} IS NULL",
            f"SELECT file, line FROM {table}", 0.02, 0.30,
            f"Cột {field.name} ít khi được để trống", f"Column {field.name} is seldom empty", about=(field.name,),
        )  # fmt: skip
    return tuple(rules)


def _places_taken(source: Source, table: str, prefix: str) -> tuple[Rule, ...]:
    """Columns of one kind that cannot stand in each other's place: two dates, two numbers, two addresses."""
    names = {field.name for field in source.fields}
    events = [field.name for field in source.fields if field.kind == "date" and field.name != "birth_date"]
    rules = []
    if "birth_date" in names:
        rules += [_birth_first(event, table, prefix) for event in events]
    if "old_id_number" in names:
        of = f"SELECT file, line FROM {table} WHERE {_FILLED.format('old_id_number')}"
        rules.append(_in_place(
            prefix, "old_id_number", ("old_id_number", "id_number"), f"{of} AND length(regexp_replace(old_id_number, '[^0-9]', '', 'g')) > 10", of,
            "Cột old_id_number chứa số 9 chữ số, không phải số định danh 12 chữ số",
            "Column old_id_number holds old 9-digit numbers, not the 12-digit ones",
        ))  # fmt: skip
    if {"permanent_address", "temporary_address"} <= names:
        filled = "coalesce(permanent_address, permanent_detail, permanent_commune_code)"
        other = (
            "coalesce(temporary_address, temporary_detail, temporary_commune_code, current_address, current_detail, current_commune_code)"
        )
        of = f"SELECT file, line FROM {table} WHERE coalesce({filled}, {other}) IS NOT NULL"
        rules.append(_in_place(
            prefix, "permanent_address", ("permanent_address", "temporary_address"), f"{of} AND {filled} IS NULL", of,
            "Ai cũng có nơi thường trú, ít người có nơi tạm trú", "Residents have a permanent address, few another one",
        ))  # fmt: skip
        rules.append(_at_home(filled, table, prefix))
    return tuple(rules)


def _at_home(filled: str, table: str, prefix: str) -> Rule:
    """A list by households that has the address on the first row of each leaves the others without one: nothing can be said of where they live."""
    return share(
        f"{prefix}-BLANK-permanent_address", f"SELECT file, line FROM {table} WHERE {filled} IS NULL",
        f"SELECT file, line FROM {table} WHERE EXISTS (SELECT 1 FROM {table} WHERE {filled} IS NOT NULL)", 0.20,
        "Nơi thường trú ít khi được để trống; danh sách theo hộ phải ghi địa chỉ ở mọi dòng, không chỉ dòng đầu của hộ.",
        "A permanent address is seldom empty; a list by households has it on every row, not on the first of a household alone.",
        about=("permanent_address",),
    )  # fmt: skip


def _birth_first(event: str, table: str, prefix: str) -> Rule:
    """Nothing happens to people before the year of their birth."""
    years = [f"try_cast(regexp_extract({name}, '(1[89][0-9][0-9]|20[0-9][0-9])', 1) AS INTEGER)" for name in ("birth_date", event)]
    of = f"SELECT file, line FROM {table} WHERE {years[0]} IS NOT NULL AND {years[1]} IS NOT NULL"
    return _in_place(
        prefix, event, ("birth_date", event), f"{of} AND {years[0]} > {years[1]}", of,
        f"Ngày sinh phải trước ngày ở cột {event}", f"The birth date is before the date of column {event}",
    )  # fmt: skip


def _in_place(prefix: str, name: str, columns: tuple[str, str], wrong: str, of: str, vi: str, en: str) -> Rule:
    """Two columns have changed places where more than half of the rows `of` are `wrong`; `name` is that of the rule."""
    return share(
        f"{prefix}-PLACE-{name}", wrong, of, 0.50, f"{vi}: có thể đổi chỗ hai cột.", f"{en}: columns may have changed places.",
        "critical", _ENOUGH, columns,
    )  # fmt: skip


def _day_first(field: Field, of: str, prefix: str) -> Rule:
    """Dates are written dd/mm/yyyy: a second part above 12 in more than a few means that the file is month first."""
    second = f"try_cast(regexp_extract({field.name}, '^\\s*\\d{{1,2}}[/.-](\\d{{1,2}})[/.-]\\d{{4}}', 1) AS INTEGER)"
    return share(
        f"{prefix}-DAYFIRST-{field.name}", f"{of} AND {second} > 12", of, 0.10,
        f"Ngày ở cột {field.name} phải viết theo thứ tự ngày/tháng/năm.", f"Dates of column {field.name} are written day first.",
        "critical", _ENOUGH, (field.name,),
    )  # fmt: skip
