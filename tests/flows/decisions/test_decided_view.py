"""What `explain` tells of reviewers' decisions: who, when, what, on which evidence, and whether it still holds."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from flows.decided_view import CHANGED, GONE, HOLDS, OVERRULED, decided_on, print_decided
from flows.key_file import key_id
from flows.report.decided import RESULTS
from matching.findings.links import MISMATCH_PREFIX
from matching.identifiers import keyed_id
from tests.flows.decisions import spreadsheet as sheets
from tests.flows.decisions.spreadsheet import NEW_DATE, Office, filled

RECORD = "PB0301000001"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office whose ids are those of its key, with one run published."""
    made = Office(tmp_path)
    ids = {row["id"]: keyed_id(made.settings.key, MISMATCH_PREFIX, "electricity", row["id"]) for row in sheets.world.PARTNERS}
    cases = " ".join(f"WHEN '{record}' THEN '{id_}'" for record, id_ in ids.items())
    made.change("links", f"SELECT * REPLACE (CASE WHEN mismatch_id IS NOT NULL THEN CASE record_id {cases} END END AS mismatch_id) FROM t")
    run(made)
    return made


def run(office: Office) -> Path:
    """A run with what `explain` needs of its manifest."""
    folder = office.run()
    (office.root.parent / "key").write_text(office.settings.key.hex())
    asking = {"second_person": ["ID_TYPO"], "second_look": office.second_look}
    configuration = {"as_of": "2026-10-31", "partner": {"source": "electricity"}, "decisions": asking, "secrets": {}}
    (folder / "manifest.json").write_text(
        json.dumps({"fingerprint": str(office.fingerprint), "configuration": configuration, "key_id": key_id(office.settings.key)})
    )
    return folder


def decide(office: Office, decision: str, by: str, record: str = RECORD) -> None:
    """A reviewer's file that decides on the mismatch of one record."""
    own = sheets.world.HEADERS[0]
    office.save(f"{by}-{decision}.csv", filled(office.list(run=0), lambda _, row: decision if row[own] == record else "", by))


def stands(office: Office, record: str = RECORD, outcome: str = "mismatch") -> list[tuple[str, str, str]]:
    return [(one.said.decided_by, one.said.decision, one.stands.en) for one in decided_on(office.runs[-1], record, outcome)]


def test_a_decision_is_told_with_how_it_stands(office: Office) -> None:
    assert stands(office) == []
    decide(office, "unsure", "An")
    run(office)
    assert stands(office) == [("An", "unsure", HOLDS.en)]
    office.second_look = True
    run(office)
    assert stands(office) == [("An", "unsure", RESULTS["unsure"].en)]
    decide(office, "partner_wrong", "An")
    run(office)
    assert stands(office) == [("An", "unsure", OVERRULED.en), ("An", "partner_wrong", HOLDS.en)]
    decide(office, "both_right", "Bình")
    run(office)
    assert stands(office)[1:] == [("An", "partner_wrong", RESULTS["conflict"].en), ("Bình", "both_right", RESULTS["conflict"].en)]
    assert stands(office, "PB0301000002") == [] and stands(office, outcome="not_found")[-1][2] == GONE.en
    office.change("findings", NEW_DATE.replace("hash(record_id) % 7", "0"))
    run(office)
    assert {told for _, _, told in stands(office)} == {CHANGED.en}


def test_one_of_two_people_and_a_review(office: Office) -> None:
    decide(office, "partner_wrong", "An", "PB0301000002")
    office.save("r.csv", filled(office.list("clerical_review.csv"), lambda number, _: "candidate_1" if number == 0 else "", "An"))
    run(office)
    assert stands(office, "PB0301000002") == [("An", "partner_wrong", RESULTS["second_person"].en)]
    assert stands(office, "PB0301000006", "review") == [("An", "candidate_1", HOLDS.en)]


def test_what_is_printed(office: Office) -> None:
    decide(office, "partner_wrong", "An")
    folder = run(office)
    out = io.StringIO()
    print_decided(folder, RECORD, "mismatch", Console(file=out, width=400))
    evidence = next(row["evidence_hash"] for row in sheets.dictionaries(office.list(run=0)) if row["primary_finding"] == "DECEASED")
    assert out.getvalue().split("\n")[2:4] == [
        "  DECEASED: partner_wrong (An, 2026-11-02)",
        f"    đọc ở lượt ngày / read by the run of 2026-10-31; bằng chứng / evidence {evidence}: còn hiệu lực / in force",
    ]
    log = office.root / "decisions/log/decisions.jsonl"
    log.write_text(log.read_text("utf-8").replace('"An"', '"Anh"'), "utf-8")
    print_decided(folder, RECORD, "mismatch", Console(file=out, width=400))
    assert "the decision log cannot be read" in out.getvalue()
