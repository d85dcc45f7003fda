"""Tables of inputs: which lines are rows, which rule refuses the others, which files are refused as a whole."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from flows.ingest import InputOptions, read_headers
from matching.errors import InputRefused
from matching.sources import source
from tests.flows.ingest.conftest import Run

CASES = Path(__file__).parents[2] / "cases"
ROWS = tomllib.loads((CASES / "ingest_rows.toml").read_text("utf-8"))["case"]
REFUSED = tomllib.loads((CASES / "ingest_refused.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", ROWS, ids=lambda case: case["name"])
def test_lines_are_rows_or_stand_in_quarantine(run: Run, case: dict[str, Any]) -> None:
    outcome = run({"in.csv": case["text"].encode()}, case.get("source", "electricity"), allow=tuple(case.get("allow", ())))
    assert [row["line"] for row in outcome.rows] == case["accepted"]
    assert outcome.rules() == [(line, rule) for line, rule in case.get("rules", [])]
    assert all(row["file"] == "in.csv" and row["raw"] for row in outcome.quarantine)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_a_file_that_cannot_be_the_table_is_refused(run: Run, case: dict[str, Any]) -> None:
    content = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()
    with pytest.raises(InputRefused) as refusal:
        run({"in.csv": content}, **case.get("options", {}))
    message = str(refusal.value)
    assert refusal.value.exit_code == 5
    assert all(text in message for text in case["says"]), message
    assert not any(text in message for text in case.get("never", []))
    assert message.startswith("in.csv")


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("MaKH,DiaChi\nK1,x\n")
    (tmp_path / "b.csv").write_text("")
    (tmp_path / "folder").mkdir()
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv", "folder")]
    problems = read_headers(source("electricity"), paths, InputOptions(base=tmp_path))
    assert {problem.where.split(",")[0] for problem in problems} == {"a.csv", "b.csv", "c.csv", "folder"}
    assert read_headers(source("electricity"), [], InputOptions(base=tmp_path))


@pytest.mark.parametrize("second", ["same path", "same content", "link"])
def test_the_same_content_twice_is_refused(tmp_path: Path, second: str) -> None:
    first, other = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("MaKH,TenKH\nK1,An\n")
    if second == "same content":
        other.write_text("MaKH,TenKH\nK1,An\n")
    elif second == "link":
        other.symlink_to(first)
    else:
        other = first
    problems = read_headers(source("electricity"), [first, other], InputOptions(base=tmp_path))
    assert [problem.found.split(":")[0] for problem in problems] == ["same content twice"]


def _swapped(left: str, right: str) -> bytes:
    columns = {
        "MaKH": [f"PE{i:08}" for i in range(60)],
        "TenKH": [f"Nguyễn Văn {chr(65 + i % 26)}{chr(97 + i // 26)}n" for i in range(60)],
        "CCCD": [f"0790900{i:05}" for i in range(60)],
        "Điện thoại": [f"09012345{i:02}" for i in range(60)],
        "Địa chỉ": [f"{i} Lê Lợi, Phường Bến Thành" for i in range(60)],
        "Ngày ký": [f"{1 + i % 28:02}/0{1 + i % 9}/20{10 + i % 9}" for i in range(60)],
    }
    columns[left], columns[right] = columns[right], columns[left]
    rows = [",".join(columns)] + [",".join(f'"{cell}"' for cell in row) for row in zip(*columns.values(), strict=True)]
    return "\n".join(rows).encode()


@pytest.mark.parametrize(
    ("left", "right"),
    [("TenKH", "CCCD"), ("CCCD", "Điện thoại"), ("TenKH", "Địa chỉ"), ("Ngày ký", "CCCD"), ("MaKH", "TenKH"),
     ("Điện thoại", "Ngày ký"), ("Địa chỉ", "CCCD")],
)  # fmt: skip
def test_columns_that_were_swapped_are_refused(run: Run, left: str, right: str) -> None:
    with pytest.raises(InputRefused, match="cannot be") as refusal:
        run({"in.csv": _swapped(left, right)})
    assert left in str(refusal.value) or right in str(refusal.value)
    assert "Nguyễn" not in str(refusal.value)


def test_columns_that_fit_are_accepted(run: Run) -> None:
    assert run({"in.csv": _swapped("MaKH", "MaKH")}).report.rows_accepted == 60
