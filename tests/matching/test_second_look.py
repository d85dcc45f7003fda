"""A place read as another street, hamlet or house, looked at again: cases of what is believed and what is not."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest

from matching.findings.misread import Spot, _merged, _units, misread, second_look
from matching.standardise.addresses.model import Address
from matching.standardise.addresses.parser import AddressParser
from matching.standardise.admin_units import Gazetteer

CASES = list(csv.DictReader((Path(__file__).parents[1] / "cases" / "second_look.tsv").open(encoding="utf-8"), delimiter="\t"))


@pytest.fixture(scope="module")
def parser() -> AddressParser:
    return AddressParser(Gazetteer.load(), date(2026, 10, 31))


def _spot(address: Address) -> Spot:
    detail, place = address.detail, address.place
    communes = "|".join(place.communes)
    units = _units(communes, place.written_commune)
    return Spot(detail.street, detail.hamlet, detail.hamlet_kind, detail.alley, detail.house or detail.building, units, _merged(communes))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_second_look(case: Mapping[str, str], parser: AddressParser) -> None:
    place, home = _spot(parser.parse(case["place"])), _spot(parser.parse(case["home"]))
    look = second_look(case["place"], place, home, case["street"] == "yes", case["known"] == "yes")
    assert look == case["look"], (place, home)


HOMES = """
CREATE TABLE std_address AS SELECT * FROM (VALUES
    (1, 'Số 5 Lê Lợi', ['00004'], NULL::VARCHAR, 'le loi', NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR, '5', NULL::VARCHAR),
    (2, '5 Lê Lợii, P. Ba Đình', ['00004'], NULL, 'le loii', NULL, NULL, NULL, '5', NULL),
    (3, '5 Lê Lai, P. Ba Đình', ['00004'], NULL, 'le lai', NULL, NULL, NULL, '5', NULL),
    (4, 'Số 9 Lê Lai', ['00004'], NULL, 'le lai', NULL, NULL, NULL, '9', NULL))
    t(address, raw, communes, written_commune, street, hamlet, hamlet_kind, alley, house, building);
CREATE TABLE std_register AS SELECT * FROM (VALUES (1, 4, NULL::INTEGER, 1), (2, 4, NULL, NULL)) t(r, permanent, temporary, current);
CREATE TABLE std_partner AS SELECT * FROM (VALUES (1, 2), (2, 3)) t(l, place);
CREATE TABLE find_pair AS SELECT * FROM (VALUES (1, 1, 'commune'), (2, 1, 'commune')) t(l, r, gamma_place)
"""


def test_every_residence_is_looked_at_and_the_one_that_agrees_is_named() -> None:
    with duckdb.connect() as con:
        con.execute(HOMES)
        misread(con)
        assert con.execute("FROM find_misread").fetchall() == [(1, "current", False)]
