"""The run file: what is right is read as it stands, what is wrong is told all at once, with line and nearest name."""

from __future__ import annotations

import codecs
import os
import pickle
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import Settings, load_settings, resolve_inputs
from flows.config_lines import key_lines
from flows.config_schema import ENCODINGS, INPUT_DELIMITERS
from matching.errors import ConfigError, InputRefused

RIGHT = """\
name = "electricity"
as_of = 2026-10-31
output = "runs"

[register]
source = "population_register"
files = ["register/*.csv"]

[partner]
source = "electricity"
files = ["contracts.csv"]
"""

WRONG = tomllib.loads((Path(__file__).parent.parent / "cases/config_wrong.toml").read_text("utf-8"))["case"]


def write(folder: Path, text: str) -> Path:
    path = folder / "run.toml"
    path.write_text(text, "utf-8")
    return path


def load(folder: Path, more: str = "") -> Settings:
    return load_settings(write(folder, RIGHT + more))


def refused(path: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as error:
        load_settings(path)
    return tuple(str(problem) for problem in error.value.problems)


def test_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.name, settings.as_of) == ("electricity", date(2026, 10, 31))
    assert settings.output == tmp_path.resolve() / "runs"
    assert settings.root == tmp_path.resolve() / "runs/electricity"
    assert (settings.base, settings.path) == (tmp_path.resolve(), tmp_path.resolve() / "run.toml")
    assert settings.register.files == ("register/*.csv",)
    assert (settings.thresholds.link, settings.thresholds.review) == (0.95, 0.50)
    assert (settings.engine.memory, settings.engine.threads) == ("4GB", os.cpu_count())
    assert (settings.retention.tables_days, settings.tolerance.mismatch_rate) == (7, None)
    assert (settings.extract.extracted_on, settings.extract.provinces) == (None, ())
    assert (settings.report.delimiter, settings.secrets.key_file) == (",", None)


def test_everything_that_may_be_said(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """columns = { holder_name = "Bên mua", address = "Nơi dùng" }
encoding = "UTF8"
delimiter = "\\t"
[thresholds]
link = 1
review = 0.25
[register_extract]
extracted_on = "2026-10-30"
provinces = ["79", "01", "79"]
[retention]
tables_days = 0
[tolerance]
mismatch_rate = 0.2
[engine]
memory = "512 mb"
threads = 3
[report]
delimiter = ";"
[secrets]
key_file = "secret/doisoat.key"
""",
    )
    assert settings.partner.columns == {"holder_name": "Bên mua", "address": "Nơi dùng"}
    assert (settings.partner.encoding, settings.partner.delimiter) == ("utf-8", "\t")
    assert (settings.thresholds.link, settings.thresholds.review) == (1.0, 0.25)
    assert (settings.extract.extracted_on, settings.extract.provinces) == (date(2026, 10, 30), ("01", "79"))
    assert (settings.engine.memory, settings.engine.threads) == ("512MB", 3)
    assert (settings.retention.tables_days, settings.tolerance.mismatch_rate) == (0, 0.2)
    assert settings.report.delimiter == ";"
    assert settings.secrets.key_file == tmp_path.resolve() / "secret/doisoat.key"
    assert pickle.loads(pickle.dumps(settings)) == settings


@pytest.mark.parametrize(("text", "found"), [("8GB", "8GB"), ("1.5GiB", "1.5GiB"), ("1 tb", "1TB"), ("640KB", "640KB")])
def test_memory_is_what_duckdb_reads(tmp_path: Path, text: str, found: str) -> None:
    memory = load(tmp_path, f'[engine]\nmemory = "{text}"').engine.memory
    assert memory == found
    with duckdb.connect(config={"memory_limit": memory}) as con:
        assert con.execute("SELECT current_setting('memory_limit')").fetchall()


@pytest.mark.parametrize("case", WRONG, ids=[case["why"] for case in WRONG])
def test_wrong(tmp_path: Path, case: dict[str, Any]) -> None:
    text = case.get("text", "+")
    text = RIGHT + text[1:] if text.startswith("+") else text
    changes = case.get("replace", {})
    assert all(old in RIGHT for old in changes)
    if changes:
        text = re.sub("|".join(map(re.escape, changes)), lambda found: changes[found[0]], text)
    path = write(tmp_path, text)
    problems = refused(path)
    assert len(problems) == len(case["says"]), problems
    assert not any(secret in problem for secret in case.get("never", []) for problem in problems)
    for problem, says in zip(problems, case["says"], strict=True):
        assert problem.startswith(f"{path}:")
        for part in re.split(r"; ", says):
            where, *rest = re.split(r"(?<=[a-z_\]]): ", part)
            for word in (where, *rest):
                assert word in problem, problem


def test_all_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, 'nam = "x"\nas_of = 7\n[register]\nfiles = []\n[partner]\nsource = "gas"\n[engine]\nthreads = -1')
    lines = [int(re.match(re.escape(str(path)) + r":(\d+): ", problem)[1]) for problem in refused(path)]  # type: ignore[index]
    assert lines == sorted(lines) and set(lines) >= {1, 2, 3, 4, 5, 6, 8} and len(lines) == 9


def test_a_file_that_is_no_run_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.toml")[0]
    assert "no such file" in refused(tmp_path)[0]
    path = tmp_path / "run.toml"
    path.write_bytes(b"# one\n# \xe0\xff\n")
    assert refused(path)[0].startswith(f"{path}:2: không phải UTF-8")
    path.write_bytes(b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode())  # as Notepad saves it
    assert load_settings(path).name == "electricity"
    path.write_text("a = " + "[" * 100_000, "utf-8")
    assert "syntax error" in refused(path)[0]


def test_no_value_of_a_control_character_is_shown_raw(tmp_path: Path) -> None:
    problem = refused(write(tmp_path, RIGHT.replace("electricity", "a\\u001b[31m", 1)))[0]
    assert "\x1b" not in problem and "\\x1b[31m" in problem


def test_inputs(tmp_path: Path) -> None:
    settings = load(tmp_path)
    (tmp_path / "register").mkdir()
    for name in ("b.csv", "a.csv", ".hidden.csv", "~$a.csv", "note.txt"):
        (tmp_path / "register" / name).touch()
    (tmp_path / "register/folder.csv").mkdir()
    (tmp_path / "contracts.csv").touch()
    found = resolve_inputs(settings)
    assert [path.name for path in found["register"]] == ["a.csv", "b.csv"]
    assert [path.name for path in found["partner"]] == ["contracts.csv"]


def test_inputs_once_each_by_exact_name_or_absolute(tmp_path: Path) -> None:
    (tmp_path / "register").mkdir()
    for name in ("a[1].csv", "a1.csv"):
        (tmp_path / "register" / name).touch()
    (tmp_path / "contracts.csv").touch()
    files = f'["register/a[1].csv", "register/a*.csv", "{tmp_path}/register/a1.csv"]'
    settings = load_settings(write(tmp_path, RIGHT.replace('["register/*.csv"]', files)))
    assert [path.name for path in resolve_inputs(settings)["register"]] == ["a1.csv", "a[1].csv"]


def test_inputs_refused_all_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "contracts.csv")
    with pytest.raises(InputRefused) as error:
        resolve_inputs(load(tmp_path))
    register, partner = map(str, error.value.problems)
    assert "[register]" in register and "no such file" in register and str(tmp_path) in register
    assert "[partner]" in partner and "cannot be read" in partner


def test_a_pattern_follows_no_link_out_of_its_folder(tmp_path: Path) -> None:
    base = tmp_path / "run"
    (base / "register").mkdir(parents=True)
    (base / "contracts.csv").touch()
    (tmp_path / "secret.csv").touch()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.csv").touch()
    (base / "register" / "a.csv").symlink_to(tmp_path / "secret.csv")
    (base / "register" / "more").symlink_to(tmp_path / "more")
    for files in ('["register/*.csv"]', '["register/**/*.csv"]', '["register/more/*.csv", "register/a*.csv"]'):
        with pytest.raises(InputRefused, match="a link that leads out"):
            resolve_inputs(load_settings(write(base, RIGHT.replace('["register/*.csv"]', files))))
    named = load_settings(write(base, RIGHT.replace('["register/*.csv"]', '["register/a.csv"]')))
    assert [path.name for path in resolve_inputs(named)["register"]] == ["secret.csv"]


def test_inputs_of_a_folder_or_of_both_sides(tmp_path: Path) -> None:
    (tmp_path / "register").mkdir()
    (tmp_path / "contracts.csv").touch()
    (tmp_path / "register/link.csv").symlink_to(tmp_path / "contracts.csv")
    with pytest.raises(InputRefused, match="on both sides"):
        resolve_inputs(load(tmp_path))
    settings = load_settings(write(tmp_path, RIGHT.replace("register/*.csv", "register")))
    with pytest.raises(InputRefused, match=r'for a folder write: "register/\*\.csv"'):
        resolve_inputs(settings)


def test_what_ingest_reads_may_be_stated() -> None:
    from flows.ingest import dialect, encoding

    assert set(ENCODINGS) == set(encoding.ENCODINGS)
    assert set(INPUT_DELIMITERS) == set(dialect.DELIMITERS)
    assert all(codecs.lookup(name) for name in ENCODINGS)


_NAMES = st.text("abc_", min_size=1, max_size=3)
_VALUES = st.sampled_from(['"x = 1 # y"', "'[a]'", "1", "[1,\n 2]", '["a = 1",\n # c = 2\n]', "2026-10-31", '"""\na = 1\n"""'])


@given(st.lists(st.tuples(_NAMES, st.lists(st.tuples(_NAMES, _VALUES), max_size=4)), max_size=4))
def test_lines_of_keys(sections: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """Whatever stands in values, each key is found on the line where it was written, and nothing else is."""
    text = ""
    expected: dict[tuple[str, ...], int] = {}
    for section, keys in sections:
        if (section,) in expected:
            continue
        expected[(section,)] = text.count("\n") + 1
        text += f"[{section}]  # comment\n"
        for key, value in keys:
            if (section, key) not in expected:
                expected[(section, key)] = text.count("\n") + 1
                text += f"{key} = {value}\n"
    tomllib.loads(text)
    assert key_lines(text) == expected


@given(st.text())
def test_lines_of_any_text_is_no_error(text: str) -> None:
    assert all(line <= text.count("\n") + 1 for line in key_lines(text).values())
