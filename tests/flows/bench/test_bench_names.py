"""The counting of `doisoat bench names`, the rule for what a name means, and what is done with the public cases and the peer."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from flows.bench import country, judge_names, peer, public_cases, speed, undamaged
from flows.bench.figures import Figure, Part, Sheet, share, write_json
from flows.generate.noise import DIFFERENCES, FORMS, MEDIA


def test_only_reversible_noise_counts() -> None:
    with duckdb.connect() as con:
        con.execute("""
            CREATE TABLE cases AS SELECT * FROM (VALUES ('LÊ AN', 'Lê An', 'upper'), ('Ông Lê An', 'Lê An', 'honorific'), ('Lê An', 'Lê An', ''),
                ('LE AN', 'Lê An', 'upper_accents_lost'), ('Lê Anh', 'Lê An', 'typo|blanks')) AS t(text, truth, noise);
            CREATE TABLE parsed AS SELECT raw, canonical, key, 'person' AS kind FROM (VALUES ('Lê An', 'lê an', 'le an'), ('LÊ AN', 'lê an', 'le an'),
                ('Ông Lê An', 'ông lê an', 'ong le an'), ('LE AN', 'le an', 'le an'), ('Lê Anh', 'lê anh', 'le anh')) AS t(raw, canonical, key);
        """)
        judge_names.judge(con)
        assert [(figure.right, figure.of) for figure in judge_names.figures(con)] == [(1, 2), (1, 2), (1, 1), (1, 1)]
        assert [row[:3] for row in judge_names.by_noise(con).rows] == [
            ("honorific", 1, 0.0),
            ("upper_accents_lost", 1, 0.0),
            ("upper", 1, 1.0),
        ]
        assert judge_names.examples(con, 5).rows == (("honorific", "Ông Lê An", "Lê An", "ông lê an"),)


def test_every_kind_of_noise_that_the_generator_calls_reversible_is_in_one_list() -> None:
    forms = {noise.name for noise in (*FORMS, *MEDIA) if noise.reversible} | {"joint_holder"}
    assert forms == {*judge_names.REVERSIBLE, *judge_names.LOSSY}
    assert not forms & {noise.name for noise in DIFFERENCES}


@pytest.mark.parametrize(
    ("one", "other"), [("Thuý Quí", "THÚY QUÝ"), ("Lý", "lí"), ("Hoà", "Ho\u0300a"), ("Ktŭk", "ktuk"), ("Rahlan", "Rah Lan")]
)
def test_same_meaning(one: str, other: str) -> None:
    assert undamaged.meaning(one) == undamaged.meaning(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Mai", "May"), ("Thúy", "Thùy"), ("Thủy", "Thúi"), ("Đào", "Dào"), ("Cao", "Căo"), ("Hân", "Hâ")]
)
def test_another_meaning(one: str, other: str) -> None:
    assert undamaged.meaning(one) != undamaged.meaning(other)


def test_a_name_that_is_repaired_into_another_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undamaged, "repair_encoding", lambda text: (text.replace("Bas", "Bá"), "telex"))
    assert ("as it is", "Xã Bas", "Xã Bá") in undamaged.damaged_by_repair(["Xã Bas", "Xã An"])


def test_all_units_and_lists_are_tried() -> None:
    assert len(undamaged.unit_names()) > 15_000
    assert {"Niê Thị Lan", "Tôn Nữ Thị Lan", "Nguyễn Văn Anh"} <= set(undamaged.listed_names())


def test_a_share_is_held_against_its_aim() -> None:
    assert (share("x", 98, 100, 98.0).ok, share("x", 97, 100, 98.0).ok, share("x", 0, 0, 98.0).ok) == (True, False, None)
    assert (share("x", 1, 1000, 0.2, at_most=True).ok, share("x", 3, 1000, 0.2, at_most=True).ok) == (True, False)
    assert Figure("x", 5.0).ok is None


def test_json(tmp_path: Path) -> None:
    part = Part("x", (share("right", 1, 4, 50.0),), (Sheet("t", ("", "n"), (("a", 1), ("b", None))),))
    write_json(tmp_path / "x.json", {"seed": 7}, [part])
    written = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert written["settings"] == {"seed": 7}
    assert (written["parts"][0]["figures"][0]["value"], written["parts"][0]["figures"][0]["ok"]) == (25.0, False)
    assert written["parts"][0]["sheets"][0]["rows"] == [["a", 1], ["b", None]]


def test_public_cases_say_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    case = public_cases.PublicCase
    listed = [case("a", {"commune": "1"}, ""), case("b", {"commune": "1"}, ""), case("c", {}, "no truth"), case("a", {}, "no truth")]
    collection = ("some", speed.AS_OF, lambda: listed, lambda _, one: one.text == "a")
    monkeypatch.setattr(public_cases, "COLLECTIONS", (collection,))
    part = public_cases.public_cases(5)
    assert [(figure.right, figure.of) for figure in part.figures] == [(1, 2)]
    assert [sheet.rows for sheet in part.sheets] == [(("some", "no truth", 2, 1),), (("some", "b", "1"),)]


def test_public_cases_are_there() -> None:
    assert (len(public_cases.seats()), len(public_cases.map4d()), len(public_cases.nqbao())) == (3321, 83, 28)


def test_without_the_peer_it_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "find_spec", lambda _: None)
    part = peer.peer_part([("x", "00001")])
    assert not part.figures
    assert peer.INSTALL in part.notes[0]


def test_the_same_seed_draws_the_same_and_distinct_cases() -> None:
    here = country.communes(8)
    for rows in (country.drawn_addresses, country._names):
        first = rows(here, 40, 11, 0)
        assert first == rows(here, 40, 11, 0)
        assert first != rows(here, 40, 12, 0)
    assert len({row["text"] for row in country._names(here, 40, 11, 0)}) == 40


def test_the_timed_stage_counts_distinct_values(tmp_path: Path) -> None:
    duckdb.execute(f"COPY (SELECT unnest(['Lê An', 'Lê An', 'Lê Bình']) AS text) TO '{tmp_path / 'in.parquet'}'")
    timing = speed._stage("names", str(tmp_path / "in.parquet"), tmp_path / "out.parquet")
    assert timing.values == 2
    assert timing.seconds > 0
    assert timing.cpu > 0
    assert duckdb.execute(f"SELECT count(*) FROM '{tmp_path / 'out.parquet'}'").fetchall() == [(2,)]
