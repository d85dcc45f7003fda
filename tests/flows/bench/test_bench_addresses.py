"""The counting of `doisoat bench addresses`, over a truth and readings made by hand: nothing is parsed here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.bench import judge_addresses, worlds
from flows.bench.figures import Figure

Reading = tuple[str, list[str], bool, str | None, str | None, str | None, str | None, str | None]

# text, communes, certain, street, hamlet, house, alley, building
READINGS: list[Reading] = [
    ("right", ["00001"], True, "le loi", None, "5", "3/4", None),
    ("one of two", ["00001", "00002"], False, "le loi", None, "5", None, None),
    ("certain and wrong", ["00009"], True, "le lai", None, "5", "3/4", None),
    ("one of five", ["00001", "00002", "00003", "00004", "00005"], False, None, "thai hoa", None, None, None),
    ("nothing found", [], False, None, None, None, None, None),
    ("no commune", ["00009"], True, None, None, None, None, None),
    ("wrong district", ["00009"], True, None, None, None, None, None),
    ("clean street", ["00001"], True, "le loi", None, "5", "3/4", None),
    ("clean hamlet", ["00001"], True, None, "thai hoa", None, None, None),
    ("clean unread", ["00001"], True, None, None, None, None, None),
]
# text, commune, old, noise, names_commune, contradicts, clean, local_written
CASES = [
    ("right", "00001", "00010", "", True, False, "clean street", True),
    ("one of two", "00001", "00010", "upper|glued", True, False, "clean street", True),
    ("certain and wrong", "00001", "00010", "glued", True, False, "clean street", True),
    ("one of five", "00001", "00011", "glued", True, False, "clean hamlet", True),
    ("nothing found", "00001", "00010", "", True, False, "clean street", False),
    ("no commune", "00001", "00010", "unreadable", False, False, None, False),
    ("wrong district", "00001", "00010", "wrong_district", True, True, None, False),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("""CREATE TABLE parsed (raw VARCHAR, communes VARCHAR[], certain BOOLEAN, street VARCHAR, hamlet VARCHAR, house VARCHAR,
            alley VARCHAR, building VARCHAR, commune VARCHAR)""")
        rows = [(*row, row[1][0] if len(row[1]) == 1 else None) for row in READINGS]
        con.executemany("INSERT INTO parsed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        con.execute("""CREATE TABLE cases (text VARCHAR, commune VARCHAR, old VARCHAR, noise VARCHAR, names_commune BOOLEAN, contradicts BOOLEAN,
            clean VARCHAR, local_written BOOLEAN)""")
        con.executemany("INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, ?)", CASES)
        con.execute("CREATE TABLE olds AS SELECT * FROM (VALUES ('00010', 2), ('00011', 5)) AS t(code, successors)")
        yield con


def counts(figures: tuple[Figure, ...]) -> list[tuple[int | None, int | None]]:
    return [(figure.right, figure.of) for figure in figures]


def test_figures_count_only_what_names_a_commune_without_contradiction(con: duckdb.DuckDBPyConnection) -> None:
    judge_addresses.judge(con)
    assert counts(judge_addresses.figures(con)) == [
        (3, 5),  # in the set: right, one of two, one of five
        (1, 5),  # exactly it
        (3, 5),  # one to three: an empty set is none
        (4, 5),  # and one of five, because the law made five of it
        (1, 2),  # certain ones: one wrong of two
        (3, 4),  # street or hamlet of those whose door is written: the hamlet counts as well
        (3, 4),  # house and alley: one of two lost its alley
        (2, 4),  # both
    ]


def test_contradictions_and_those_without_a_commune_stand_apart(con: duckdb.DuckDBPyConnection) -> None:
    judge_addresses.judge(con)
    rows = {row[0]: row[1:] for row in judge_addresses.by_group(con).rows}
    assert rows[judge_addresses.GROUPS["none"]][:2] == (1, 0.0)
    assert rows[judge_addresses.GROUPS["contradicts"]][:2] == (1, 0.0)
    assert rows[judge_addresses.GROUPS["names"]][0] == 5


def test_an_address_counts_under_each_of_its_kinds_of_noise_worst_first(con: duckdb.DuckDBPyConnection) -> None:
    judge_addresses.judge(con)
    rows = {str(row[0]): row[1:4] for row in judge_addresses.by_noise(con).rows}
    assert rows == {"glued": (3, pytest.approx(2 / 3), 0.0), "upper": (1, 1.0, 0.0), "(none)": (2, 0.5, 0.5)}
    assert [row[0] for row in judge_addresses.by_noise(con).rows] == ["upper", "glued", "(none)"]


def test_a_clean_line_that_gives_no_street_is_never_right(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE cases SET clean = 'clean unread' WHERE text = 'nothing found' OR text = 'right'")
    judge_addresses.judge(con)
    assert con.execute("SELECT text, street_ok FROM judged WHERE clean = 'clean unread' ORDER BY text").fetchall() == [
        ("nothing found", None), ("right", False),
    ]  # fmt: skip


def test_examples_show_what_was_wrong(con: duckdb.DuckDBPyConnection) -> None:
    judge_addresses.judge(con)
    shown = [(row[0], row[1], row[2]) for row in judge_addresses.examples(con, 1).rows]
    assert shown == [
        ("(none)", "xã / commune", "nothing found"),
        ("glued", "xã / commune, số nhà / door", "certain and wrong"),
        ("upper", "số nhà / door", "one of two"),
    ]


def test_register_lines_are_judged_by_the_unit_they_name(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        CREATE TABLE units AS SELECT * FROM (VALUES ('Xã A', 'Tỉnh B', '00001'), ('Xã C', 'Tỉnh B', '00007')) AS t(commune, province, code);
        CREATE TABLE clean AS SELECT * FROM (VALUES ('5, Xã A, Tỉnh B'), ('6, Xã A, Tỉnh B'), ('Xã C, Tỉnh B'), ('Xã X, Tỉnh B')) AS t(text);
        INSERT INTO parsed (raw, communes, certain, commune) VALUES ('5, Xã A, Tỉnh B', ['00001'], TRUE, '00001'),
            ('6, Xã A, Tỉnh B', ['00001', '00002'], FALSE, NULL), ('Xã C, Tỉnh B', ['00001'], TRUE, '00001'), ('Xã X, Tỉnh B', [], FALSE, NULL);
    """)
    assert counts(judge_addresses.register_figures(con)) == [(2, 3), (1, 3), (3, 3), (1, 2), (3, 4)]


def test_cases_of_a_world(tmp_path: Path) -> None:
    header = '"Mã cư dân","Họ, chữ đệm và tên khai sinh","Nơi thường trú","Nơi tạm trú","Nơi ở hiện tại"\n'
    register = header + 'CD1,Lê An,"5 Lê Lợi, Xã A, Tỉnh B","Thôn 3, Xã A, Tỉnh B",\nCD2,Lê Bình,"5 Lê Lợi, Xã A, Tỉnh B",,\n'
    contracts = "\ufeffMã khách hàng;Tên khách hàng;Địa chỉ sử dụng điện\r\n" + "".join(
        f"{row}\r\n" for row in ("K1;LÊ AN;T.3 Xã A", "K2;Lê Bình;Không rõ", "K3;Lê C;Xã A, Quận B", "K4;;xã A", "K4;;xã A")
    )
    truth = "record_id,person_id,findings,residence,old_commune_code,commune_code,name_noise,address_noise\n" + "".join(
        f"{row}\n" for row in ("K1,CD1,,temporary,00010,00001,upper,hamlet_short|no_commas", "K2,CD2,ADDRESS_UNREADABLE,unknown,00010,00001,,unreadable",
                               "K3,,ADDRESS_CONTRADICTS,none,00010,00001,,wrong_district", "K4,,,,00010,00001,,", "K4,,,,00010,00001,,")
    )  # fmt: skip
    for name, text in (("register", register), ("contracts", contracts), ("truth", truth)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    with duckdb.connect() as con:
        worlds.read_world(con, tmp_path)
        worlds.address_cases(con)
        assert con.execute("SELECT text, noise, names_commune, contradicts, clean, local_written FROM cases ORDER BY text").fetchall() == [
            ("Không rõ", "unreadable", False, False, None, False),
            ("T.3 Xã A", "hamlet_short|no_commas", True, False, "Thôn 3, Xã A, Tỉnh B", True),
            ("Xã A, Quận B", "wrong_district", True, True, None, False),
            ("xã A", "", True, False, None, False),
        ]
        assert con.execute("SELECT count(*) FROM clean").fetchall() == [(2,)]
        worlds.name_cases(con)
        assert con.execute("SELECT * FROM cases ORDER BY text").fetchall() == [("LÊ AN", "Lê An", "upper"), ("Lê Bình", "Lê Bình", "")]
