"""The gazetteer against the law's counts and a handful of units that are easy to get wrong."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from matching.standardise.admin_units import REFORM, Gazetteer
from matching.standardise.admin_units.build import key_of, proper, spaced

G = Gazetteer.load()
BEFORE_2026, AFTER_DONG_NAI, AFTER_BAC_NINH = date(2026, 4, 29), date(2026, 4, 30), date(2026, 9, 20)


def test_counts_are_those_of_the_law() -> None:
    communes = [unit for code, unit in G.old_units.items() if len(code) == 5]
    assert (len(G.provinces_old), len(G.districts), len(communes)) == (63, 696, 10_035)
    assert (len(G.provinces_new), len(G.new_units)) == (34, 3_321)
    assert Counter(unit.kind for unit in G.communes(REFORM)) == {"xã": 2_621, "phường": 687, "đặc khu": 13}
    assert Counter(unit.kind for unit in G.communes(AFTER_DONG_NAI)) == {"xã": 2_611, "phường": 697, "đặc khu": 13}


def test_edges_join_units_that_exist_and_every_old_commune_keeps_its_residents() -> None:
    edges = [edge for unit in G.old_units.values() for edge in unit.successors]
    assert len(edges) == 10_571  # 10,572 less a strip of land that is no unit
    assert {edge.new_code for edge in edges} == set(G.new_units)
    assert all(G.resident_successors(code) for code in G.old_units)
    assert sum(len(G.resident_successors(code)) > 1 for code in G.old_units) == 381


def test_codes_mean_nothing_without_their_era() -> None:
    assert G.old_display("00004") == "Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội"
    assert G.display("00004", REFORM) == "Phường Ba Đình, Thành phố Hà Nội"


@pytest.mark.parametrize(
    ("code", "day", "display", "act"),
    [
        ("26368", BEFORE_2026, "Xã Long Thành, Tỉnh Đồng Nai", "30/2026/QH16 + 237/NQ-UBTVQH16"),
        ("26368", AFTER_DONG_NAI, "Phường Long Thành, Thành phố Đồng Nai", "30/2026/QH16 + 237/NQ-UBTVQH16"),
        ("07210", date(2026, 9, 19), "Phường Bắc Giang, Tỉnh Bắc Ninh", "1658/NQ-UBTVQH15"),
        ("07210", AFTER_BAC_NINH, "Phường Bắc Giang, Thành phố Bắc Ninh", "1658/NQ-UBTVQH15"),
    ],
)
def test_names_on_a_day_and_the_act_beside_them(code: str, day: date, display: str, act: str) -> None:
    assert G.display(code, day) == display
    assert G.act(code) == act


def test_every_change_and_every_edge_has_an_act() -> None:
    assert all(re.search(r"\d+/", G.act(change)) for change in G.changes)
    assert all(G.act(edge) for unit in G.old_units.values() for edge in unit.successors)


def test_edges_carry_their_kind() -> None:
    edges = {edge.new_code: (edge.relation, edge.resident) for edge in G.successors("00007")}
    assert edges == {"00008": ("PART", "maybe"), "00025": ("PART", "maybe")}
    assert any(e.relation == "AREA_ONLY" and e.resident == "no" for u in G.old_units.values() for e in u.successors)


def test_unknown_codes_give_nothing() -> None:
    assert G.display("99999", REFORM) is None
    assert G.old_display("99999") is None
    assert G.successors("99999") == ()
    assert G.act("99999") == ""


def test_new_communes_are_not_asked_for_before_they_exist() -> None:
    with pytest.raises(ValueError, match="old_units"):
        G.communes(date(2025, 6, 30))


def test_names_are_in_one_form() -> None:
    names = [unit.name for unit in (*G.old_units.values(), *G.new_units.values())]
    assert all(proper(name) == name for name in names)
    assert not [name for name in names if "  " in name or "’" in name]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("xã  Yên Hoà", "Xã Yên Hòa"),
        ("Thi trấn Ngan Dừa", "Thị trấn Ngan Dừa"),
        ("Xã Cư M’gar", "Xã Cư M'gar"),
        ("Xã Đồng ý", "Xã Đồng Ý"),
    ],
)
def test_proper(raw: str, clean: str) -> None:
    assert proper(raw) == clean


@pytest.mark.parametrize(("glued", "cut"), [("minhtien", "minh tien"), ("phuongdo", "phuong do"), ("10", "10"), ("eahleo", "eahleo")])
def test_glued_names_are_cut_into_syllables(glued: str, cut: str) -> None:
    assert cut in spaced(glued) or spaced(glued) == [glued]


def test_key_of_drops_blanks_and_zeros() -> None:
    assert (key_of("Bà Rịa - Vũng Tàu"), key_of("01")) == ("bariavungtau", "1")


def test_retired_names_lead_to_units_of_30_june_2025() -> None:
    assert all(t in G.old_units or t in G.districts for retired in G.retired for t in retired.targets)
    assert any(r.name == "9" and r.kind == "quận" and r.targets == ("769",) for r in G.retired)
