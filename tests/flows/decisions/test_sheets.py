"""However a spreadsheet saves a work list, each decision reaches the mismatch it was made on, or is refused with its row."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.decisions.rows import HEADERS, Refused, canonical_day, canonical_id, statements
from flows.decisions.sheet import Unreadable, read_sheets
from matching.identifiers import keyed_id
from tests.flows.decisions import spreadsheet as sheets

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "decisions.toml").read_text("utf-8"))
DECISIONS = ("partner_wrong", "register_wrong", "both_right", "not_same_person", "unsure")


def read(path: Path) -> tuple[dict[int, tuple[str, dict[str, str]]], dict[int, str]]:
    """Row -> id and decisions, row -> why it was refused."""
    rows, refused = statements(path.name, read_sheets(path, HEADERS))
    return {row.row: (row.id, dict(row.decisions)) for row in rows}, {one.row: one.reason for one in refused}


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["why"])
def test_a_file(case: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(str(case["text"]).encode(str(case.get("encoding", "utf-8")), "surrogateescape"))
    rows, refused = read(path)
    assert [[row, id_, *(f"{code}={text}" for code, text in said.items())] for row, (id_, said) in rows.items()] == case.get("rows", [])
    assert [[row, reason] for row, reason in refused.items()] == case.get("refused", [])


@pytest.mark.parametrize(("written", "meant"), [tuple(pair) for pair in CASES["ids"]])
def test_an_id_as_people_retype_it(written: str, meant: str) -> None:
    assert canonical_id(written) == meant


@given(
    st.binary(min_size=1, max_size=40), st.text(max_size=20), st.sampled_from(["", " ", "\xa0", "\u200b", "'"]), st.sampled_from("-–—‑_")
)
def test_every_id_survives_what_is_done_to_it(key: bytes, record: str, blank: str, dash: str) -> None:
    made = keyed_id(key, "MM", "electricity", record)
    assert canonical_id(made) == made
    assert canonical_id(blank + made.lower().replace("-", dash).replace("0", "o").replace("1", "l") + blank) == made


@pytest.mark.parametrize(
    ("written", "day"),
    [("2/11/2026", "2026-11-02"), ("2026-11-02 10:00", "2026-11-02"), ("31/02/2026", "31/02/2026"), ("hôm qua", "hôm qua")],
)
def test_a_day(written: str, day: str) -> None:
    assert canonical_day(written) == day


@given(st.lists(st.text(max_size=12), max_size=30), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_nothing_that_is_no_list_decides_anything(cells: list[str], delimiter: str, end: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(
            end.join(delimiter.join(cells[at : at + 3]) for at in range(0, len(cells), 3)), "utf-8", errors="replace", newline=""
        )
        try:
            rows, refused = statements("a.csv", read_sheets(path, HEADERS))
        except Unreadable:
            return
    assert not rows
    assert all(isinstance(one, Refused) for one in refused)


@pytest.mark.parametrize("content", [b"%PDF-1.7 \x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", b"PK\x03\x04 no zip", bytes(40)])
def test_what_is_no_table_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(Unreadable):
        read_sheets(tmp_path / "a.csv", HEADERS)


@pytest.mark.parametrize("way", sheets.WAYS)
def test_a_thousand_decisions_saved_in_eight_ways(way: str, thousand: sheets.Office, tmp_path: Path) -> None:
    """8,000 of 8,000 reach the mismatch that they were made on, and those alone whose evidence has changed are asked again."""
    work = thousand.list()
    meant = {row["mismatch_id"]: DECISIONS[number % 5] for number, row in enumerate(sheets.dictionaries(work))}
    (tmp_path / "decisions").mkdir()
    sheets.WAYS[way](sheets.filled(work, lambda number, _: DECISIONS[number % 5]), tmp_path / "decisions" / way)
    rows, refused = read(tmp_path / "decisions" / way)
    assert not refused
    assert dict(rows.values()) == {id_: {"": decision} for id_, decision in meant.items()}
    out = thousand.hear(tmp_path, thousand.runs[0], tmp_path / "decisions", sheets.world.AS_OF)
    evidence = {row["case_id"]: row["evidence"] for row in pq.read_table(out["evidence"]).to_pylist()}
    changed = {row["mismatch_id"] for row in sheets.dictionaries(work) if evidence[row["mismatch_id"]] != row["evidence_hash"]}
    assert 0.03 * len(meant) < len(changed) < 0.07 * len(meant) and len(meant) > 1000
    stands = {row["mismatch_id"]: (row["state"], row["decision"]) for row in pq.read_table(out["decisions"]).to_pylist()}
    assert stands == {id_: ("asked_again", None) if id_ in changed else ("settled", said) for id_, said in meant.items()}


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> sheets.Office:
    """A published list of 1,002 mismatches, and a next run in which the evidence of some 5 % of them is another."""
    office = sheets.Office(tmp_path_factory.mktemp("thousand"), copies=334)
    office.run()
    office.change("findings", sheets.NEW_DATE)
    return office
