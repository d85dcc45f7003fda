"""Two runs that differ in known ways, and a page that is drawn again in another language."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest
import report_world as world
from rich.console import Console
from test_report import Written, _again

from flows.diff_view import print_diff
from flows.report_again import draw_again
from flows.run_diff import RunDiff, compare_runs
from matching.errors import ConfigError, InputRefused


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Run A with MM-0000, MM-0002 open; in run B MM-0001 is new, MM-0000 decided, MM-0002 carries another finding."""
    root = tmp_path_factory.mktemp("diff")
    whole = Written(_made(root / "0"))
    first = _again(root / "a", whole, "MM-0001", None)
    changed = Written.__new__(Written)
    changed.inputs, changed.gates = dict(whole.inputs), whole.gates
    changed.inputs["links"] = _made(root / "links")
    with duckdb.connect() as con:
        query = f"""SELECT * REPLACE (CASE WHEN mismatch_id = 'MM-0002' THEN list_append(findings, 'ID_TYPO') ELSE findings END AS findings)
            FROM read_parquet('{whole.inputs["links"]}/*.parquet')"""
        con.execute(f"COPY ({query}) TO '{root / 'links'}/part-0000.parquet' (FORMAT parquet)")
    second = _again(root / "b", changed, "", first.out, decisions="MM-0000")
    for run in (first, second):
        (run.out / "manifest.json").write_text(json.dumps({"key_id": "k", "counts": run.summary}), "utf-8")
    return first.out, second.out


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_what_is_new_decided_and_changed(runs: tuple[Path, Path], tmp_path: Path) -> None:
    found = compare_runs(*runs, tmp_path / "d.csv")
    assert found.totals == {"new": 1, "resolved": 0, "decided": 1, "changed": 1, "same": 0}
    assert (found.open_a, found.open_b, found.holds) == (2, 2, True)
    assert found.findings == {
        "DECEASED": {"new": 0, "resolved": 0, "decided": 1, "changed": 0, "same": 0},
        "ID_TYPO": {"new": 1, "resolved": 0, "decided": 0, "changed": 0, "same": 0},
        "RESIDENCE_ELSEWHERE": {"new": 0, "resolved": 0, "decided": 0, "changed": 1, "same": 0},
    }
    assert found.outcomes == {"consistent > mismatch": 1}
    with (tmp_path / "d.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["kind"], row["mismatch_id"], row["finding_a"], row["finding_b"]) for row in csv.DictReader(file)]
    assert rows == [
        ("new", "MM-0001", "", "ID_TYPO"),
        ("decided", "MM-0000", "DECEASED", ""),
        ("changed", "MM-0002", "RESIDENCE_ELSEWHERE", "RESIDENCE_ELSEWHERE"),
    ]
    assert (tmp_path / "d.csv").stat().st_mode & 0o777 == 0o600


def test_what_is_resolved_and_what_stays(runs: tuple[Path, Path]) -> None:
    back = compare_runs(runs[0], runs[0])
    assert back.totals == {"new": 0, "resolved": 0, "decided": 0, "changed": 0, "same": 2} and back.outcomes == {}


def test_a_refused_row_is_the_same_under_another_path(runs: tuple[Path, Path], tmp_path: Path) -> None:
    """Rejected rows have no key but file and line: a delivery under another name, with a line before them, brings the same rows."""
    other = tmp_path / "other"
    shutil.copytree(runs[0], other)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE k AS SELECT * FROM read_parquet('{other}/links.parquet')")
        con.execute(
            "UPDATE k SET record_id = regexp_replace(record_id, '.*:(\\d+)$', 'moved/contracts-2.csv:9\\1') WHERE outcome = 'rejected'"
        )
        con.execute(f"COPY k TO '{other}/links.parquet' (FORMAT parquet)")
    with (runs[0] / "quarantine.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert any(row[0] == "partner" for row in rows)
    moved = [[row[0], "moved/contracts-2.csv", f"9{row[2]}", *row[3:]] if row[0] == "partner" else row for row in rows]
    with (other / "quarantine.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *moved])
    assert compare_runs(runs[0], other).outcomes == {}
    (other / "quarantine.csv").unlink()
    assert compare_runs(runs[0], other).outcomes == {"- > rejected": 1, "rejected > -": 1}


def test_the_moves_that_most_records_made_come_first(runs: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(runs[0], other)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE k AS SELECT * FROM read_parquet('{other}/links.parquet')")
        con.execute("UPDATE k SET outcome = CASE outcome WHEN 'mismatch' THEN 'review' WHEN 'ambiguous' THEN 'not_found' ELSE outcome END")
        con.execute(f"COPY k TO '{other}/links.parquet' (FORMAT parquet)")
    moves = list(compare_runs(runs[0], other).outcomes.items())
    assert moves == [("mismatch > review", 2), ("ambiguous > not_found", 1)]


@pytest.mark.parametrize("as_json", [False, True])
def test_the_console_shows_counts_and_no_record(runs: tuple[Path, Path], as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    print_diff(compare_runs(*runs), Console(width=140), as_json)
    shown = capsys.readouterr().out
    assert "RESIDENCE_ELSEWHERE" in shown and "MM-" not in shown
    assert not any(
        person["id"] in shown or person["name"] in shown for person in (*world.PARTNERS, *world.REGISTER) if len(person["id"]) > 2
    )
    if as_json:
        assert json.loads(shown)["identity_holds"] is True


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "water"}, "name: electricity, water"),
        ({"source": "bank"}, "source: electricity, bank"),
        ({"as_of": "2020-01-01"}, "the earlier run first"),
    ],
)
def test_runs_that_cannot_be_compared(runs: tuple[Path, Path], tmp_path: Path, change: dict[str, str], told: str) -> None:
    other = tmp_path / "other"
    shutil.copytree(runs[1], other)
    manifest = json.loads((other / "manifest.json").read_text("utf-8"))
    manifest["counts"] |= change
    (other / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ConfigError) as error:
        compare_runs(runs[0], other)
    assert told in str(error.value) and len(error.value.problems) == 1


def test_other_keys_and_missing_files_are_told(runs: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(runs[1], other)
    manifest = json.loads((other / "manifest.json").read_text("utf-8"))
    (other / "manifest.json").write_text(json.dumps({**manifest, "key_id": "another"}), "utf-8")
    with pytest.raises(ConfigError, match="one key"):
        compare_runs(runs[0], other)
    (other / "links.parquet").unlink()
    with pytest.raises(InputRefused, match=r"links\.parquet"):
        compare_runs(runs[0], other)


def test_the_page_is_drawn_again_in_another_language(runs: tuple[Path, Path], tmp_path: Path) -> None:
    pages = {}
    for lang in ("both", "vi", "en"):
        draw_again(runs[1], lang, tmp_path / f"{lang}.html")
        pages[lang] = (tmp_path / f"{lang}.html").read_text("utf-8")
    assert pages["both"] == (runs[1] / "report.html").read_text("utf-8")
    assert "Sổ cái" in pages["vi"] and ">ledger" not in pages["vi"] and 'lang="en"' not in pages["vi"]
    assert "Ledger" in pages["en"] and "Sổ cái" not in pages["en"] and '<html lang="en">' in pages["en"]
    assert all('class="curve"' in page for page in pages.values())  # two runs: a trend
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputRefused):
        draw_again(tmp_path / "empty", "vi", tmp_path / "x.html")
    summary = json.loads((runs[1] / "summary.json").read_text("utf-8"))
    del summary["status"]["new"]  # of a version that did not have it yet
    (tmp_path / "empty" / "summary.json").write_text(json.dumps(summary), "utf-8")
    with pytest.raises(InputRefused):
        draw_again(tmp_path / "empty", "vi", tmp_path / "x.html")


def test_changes_add_up_to_this_run(runs: tuple[Path, Path]) -> None:
    summary = json.loads((runs[1] / "summary.json").read_text("utf-8"))
    assert [point["open_now"] for point in summary["earlier"]] == [2] and isinstance(compare_runs(*runs), RunDiff)
