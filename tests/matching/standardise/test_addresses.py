"""The address parser against tables of cases: places, details, comparison, and the public collections."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from matching.standardise.addresses import (
    ADDRESS_COLUMNS,
    AddressParser,
    compare_addresses,
    standardise_addresses,
    standardise_coded_addresses,
)
from matching.standardise.addresses.places import ASSUMPTIONS
from matching.standardise.addresses.streets import street_key
from matching.standardise.admin_units import Gazetteer
from matching.standardise.text import fold

CASES = Path(__file__).parents[2] / "cases"
TODAY = date(2026, 10, 1)
G = Gazetteer.load()
PARSER = AddressParser(G, TODAY)


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("case", rows("addresses_place.tsv"), ids=lambda case: case["why"])
def test_place(case: dict[str, str]) -> None:
    place = PARSER.parse(case["text"] or "").place
    assert " ".join(place.communes) == case["communes"]
    assert (place.district or "") == case["district"]
    assert (place.era or "") == case["era"]
    assert place.certain == (case["certain"] == "yes")
    assert " ".join(place.assumptions) == case["assumptions"]


@pytest.mark.parametrize("case", rows("addresses_detail.tsv"), ids=lambda case: case["text"])
def test_detail(case: dict[str, str]) -> None:
    detail = PARSER.parse(case.pop("text"))._asdict()["detail"]._asdict()
    found = {name: detail[name] or "" for name in case}
    assert found == {name: value or "" for name, value in case.items()}


@pytest.mark.parametrize("case", rows("addresses_compare.tsv"), ids=lambda case: case["why"])
def test_compare(case: dict[str, str]) -> None:
    left, right = PARSER.parse(case["left"]), PARSER.parse(case["right"])
    expected = (case["province"], case["commune"], case["street"], case["house"])
    for agreement in (compare_addresses(left, right), compare_addresses(right, left)):
        assert (agreement.province, agreement.commune, agreement.street, agreement.house) == expected


def test_every_old_commune_in_its_official_form_gives_exactly_its_successors() -> None:
    wrong = [
        code
        for code, unit in G.old_units.items()
        if len(code) == 5 and PARSER.parse(f"Thôn 3, {G.old_display(code)}").communes != G.resident_successors(code)
    ]
    assert wrong == []


def test_every_commune_of_today_in_its_official_form_is_found() -> None:
    prefer_new = AddressParser(G, TODAY, "new")
    for unit in G.communes(TODAY):
        text = f"12 Lê Lợi, {G.display(unit.code, TODAY)}"
        assert unit.code in PARSER.parse(text).communes
        assert prefer_new.parse(text).commune == unit.code
        assert not prefer_new.parse(text).place.reorganised


def test_published_seats_of_the_communes() -> None:
    parser = AddressParser(G, date(2025, 9, 1))
    cases = [row for row in rows("addresses_seats.tsv") if not row["left_out"]]
    found = sum(row["commune"] in parser.parse(row["text"]).communes for row in cases)
    assert len(cases) > 2_300
    assert found / len(cases) >= 0.99


def test_cases_of_another_parser() -> None:
    parser = AddressParser(G, date(2025, 6, 1))
    cases = [case for case in json.loads((CASES / "addresses_map4d.json").read_text("utf-8"))["cases"] if "left_out" not in case]
    wrong = [case["text"] for case in cases if not _as_expected(parser, case["text"], case["expected"])]
    assert len(cases) >= 75
    assert len(wrong) / len(cases) <= 0.05, wrong


def _as_expected(parser: AddressParser, text: str, expected: dict[str, str]) -> bool:
    address = parser.parse(text)
    place, detail = address.place, address.detail
    provinces = {fold(p.base) for p in G.provinces_old.values() if p.new_code == place.province}
    district = G.districts.get(place.district or "")
    districts = {fold(district.base), fold(district.name)} | provinces if district else provinces
    districts |= {f"{fold(r.kind)} {r.name}" for r in G.retired if r.level == "district" and place.district in r.targets}
    districts |= {fold(G.old_units[place.written_commune].district_name.split(" ", 1)[1])} if place.written_commune else set()
    communes = {fold(G.new_units[code].base) for code in place.communes}
    before = [G.old_units[edge.old_code] for code in place.communes for edge in G.predecessors.get(code, ())]
    communes |= {fold(name) for unit in before for name in (unit.base, unit.name)}
    if "housenumber" in expected:
        door = parser.parse(f"{expected['housenumber']} Lê Lợi").detail
        if (door.house, door.alley) != (detail.house, detail.alley):
            return False
    if "street" in expected and street_key(expected["street"], expected["street"]) != detail.street:
        return False
    levels = (("level2", provinces), ("level3", districts), ("level4", communes))
    return all(
        level not in expected or expected[level] in names or ("alias" in place.assumptions and level == "level4") for level, names in levels
    )


@pytest.mark.parametrize("case", [row for row in rows("addresses_nqbao.tsv") if not row["left_out"]], ids=lambda case: case["text"])
def test_cases_of_a_converter(case: dict[str, str]) -> None:
    address = AddressParser(G, date(2025, 9, 1)).parse(case["text"])
    assert case["commune"] in {G.new_units[code].name for code in address.communes}
    assert not case["street"] or address.detail.street == case["street"]


def test_columns_and_rows_of_a_batch() -> None:
    texts = ["12/3 Lê Lợi, P.5, Q.3, TP.HCM", "", "12/3 Lê Lợi, P.5, Q.3, TP.HCM"]
    batch = standardise_addresses(texts, TODAY)
    assert batch.schema.names == list(ADDRESS_COLUMNS)
    assert [str(field.type) for field in batch.schema] == [str(kind) for kind in ADDRESS_COLUMNS.values()]
    first, empty, again = batch.to_pylist()
    assert (first["raw"], first["house"], first["alley"], first["street"]) == (texts[0], "3", "12", "le loi")
    assert first == again
    assert (empty["communes"], empty["commune"], empty["confidence"]) == ([], None, 0)
    assert standardise_addresses([], TODAY).schema == batch.schema


def test_a_code_is_read_in_its_own_era() -> None:
    old = standardise_coded_addresses(["12 Lê Lợi", "Thôn 3", "x"], ["00004", "7", "99999"], date(2025, 6, 30), TODAY).to_pylist()
    new = standardise_coded_addresses(["12 Lê Lợi"], ["00004"], date(2025, 7, 1), TODAY).to_pylist()
    assert (old[0]["communes"], old[0]["era"], old[0]["reorganised"], old[0]["certain"]) == (
        ["00004"],
        "old",
        True,
        True,
    )
    assert (old[1]["communes"], old[1]["assumptions"], old[1]["hamlet"]) == (["00008", "00025"], ["split"], "3")
    assert (old[2]["communes"], old[2]["era"]) == ([], None)
    assert (new[0]["communes"], new[0]["era"], new[0]["reorganised"], new[0]["street"]) == (
        ["00004"],
        "new",
        False,
        "le loi",
    )


def test_named_by_its_form_before_a_change_of_2026() -> None:
    written = "Xã Long Thành, Tỉnh Đồng Nai"
    assert not AddressParser(G, date(2026, 4, 29)).parse(written).place.reorganised
    assert AddressParser(G, date(2026, 4, 30)).parse(written).place.reorganised


def test_assumptions_that_are_given_are_declared() -> None:
    given = {note for row in rows("addresses_place.tsv") for note in row["assumptions"].split()}
    assert given <= set(ASSUMPTIONS)
