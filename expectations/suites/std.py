"""What holds of people on both sides once standardised: numbers, dates and sexes in range, pointers that lead somewhere."""

from __future__ import annotations

from expectations.declarations import Rule, between, graded, no_rows, one_of, share

SEXES = ("M", "F")
BIRTH_CONDITIONS = ("ok", "year_only", "first_january", "invalid", "missing")


def person_rules(prefix: str, table: str, key: str) -> tuple[Rule, ...]:
    """Rules of the columns that residents and records have in common."""
    return (
        between(prefix, "id12", 1, 999_999_999_999),
        between(prefix, "id9", 1, 999_999_999),
        between(prefix, "birth_year", 1850, 2100),
        one_of(prefix, "sex", SEXES),
        one_of(prefix, "birth_condition", BIRTH_CONDITIONS),
        no_rows(
            f"{prefix}-BIRTH", f"SELECT {key} FROM {table} WHERE birth_date IS NOT NULL AND birth_year IS DISTINCT FROM year(birth_date)",
            "Năm sinh phải khớp với ngày sinh.", "The birth year is that of the birth date.",
        ),
        share(
            f"{prefix}-BIRTHS", f"SELECT {key} FROM {table} WHERE birth_condition = 'invalid'",
            f"SELECT {key} FROM {table} WHERE birth_condition <> 'missing'", 0.05,
            "Ít ngày sinh không hợp lệ.", "Few birth dates are invalid.",
        ),
    )  # fmt: skip


def one_row_each(prefix: str, table: str, raw: str) -> Rule:
    """A standardised row for each raw row, no more and no fewer."""
    return no_rows(
        f"{prefix}-LEDGER",
        f"SELECT file, line FROM {raw} ANTI JOIN {table} USING (file, line) UNION ALL "
        f"SELECT file, line FROM {table} ANTI JOIN {raw} USING (file, line)",
        "Mỗi dòng đã nhận có đúng một dòng chuẩn hóa.", "Each accepted row has one standardised row.",
    )  # fmt: skip


def points_to(prefix: str, table: str, key: str, column: str, target: str, target_key: str) -> Rule:
    """`column`, where not null, is the number of a row of `target`."""
    return no_rows(
        f"{prefix}-REF-{column}",
        f"SELECT a.{key} FROM {table} a ANTI JOIN {target} b ON a.{column} = b.{target_key} WHERE a.{column} IS NOT NULL",
        f"Cột {column} phải trỏ tới một dòng có thật của bảng {target}.", f"Column {column} points to a row of {target}.",
    )  # fmt: skip


def unreadable_names(prefix: str, table: str, key: str) -> tuple[Rule, Rule]:
    """Few people bear a name that cannot be read; counted by people, since std_name counts each spelling once."""
    return graded(
        f"{prefix}-NAMES", f"SELECT a.{key} FROM {table} a JOIN std_name b USING (name) WHERE b.kind = 'unreadable'",
        f"SELECT {key} FROM {table} WHERE name IS NOT NULL", 0.02, 0.30,
        "Ít người có họ tên không đọc được", "Few people have an unreadable name",
    )  # fmt: skip


def places_found(prefix: str, table: str, key: str, column: str, warn: float, stop: float) -> tuple[Rule, Rule]:
    """Most places name a commune; not judged where the file has no address."""
    return graded(
        f"{prefix}-PLACES", f"SELECT a.{key} FROM {table} a JOIN std_address b ON a.{column} = b.address WHERE len(b.communes) = 0",
        f"SELECT {key} FROM {table} WHERE {column} IS NOT NULL", warn, stop,
        "Ít địa chỉ không xác định được xã", "Few addresses name no commune",
    )  # fmt: skip
