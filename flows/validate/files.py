"""The outcome as files for machines: JSON as it is, JUnit for build servers, SARIF for code hosts. Same outcome, same bytes.

JUnit follows the schemas of Maven Surefire and of Jenkins' xUnit plugin at once: one `testsuite`, a test case a rule, no times.
SARIF 2.1.0 (OASIS): a result a rule, at its first line in the extract or, if the rule itself is broken, at its declaration;
its fingerprint is of rule and source, so that a code host knows it again in the next extract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as Xml

import expectations.suites
from expectations.verdict import RuleVerdict
from flows.manifest import package_version
from flows.validate.outcome import Outcome, Place
from flows.validate.words import READ, counted, lines, place_of, quarantine_reason, reason, tolerated
from matching.errors import GateFailed

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # a file's name or header may hold them
_LEVEL = {"critical": "error", "warning": "warning"}
_REFUSED = "Tệp không thể là bảng cần đọc. / The file cannot be the table that is wanted."


def write_text(file: Path, text: str) -> None:
    """Write a file that is there whole or not at all, for its owner only."""
    draft = file.with_name(f".{file.name}.tmp")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(file)


def as_json(outcome: Outcome) -> str:
    """The whole outcome as JSON text."""
    document = {
        "source": outcome.source, "status": outcome.status, "exit_code": outcome.exit_code, "files": [asdict(file) for file in outcome.reports],
        "refused": [asdict(problem) for problem in outcome.refused],
        "rows": {"read": outcome.rows_read, "accepted": outcome.rows_accepted, "quarantined": dict(outcome.quarantined)},
        "columns": [asdict(column) for column in outcome.columns],
        "compared_with": outcome.compared_with, "changes": [asdict(change) | {"level": change.level} for change in outcome.changes],
        "gates": [asdict(verdict) for verdict in outcome.verdicts],
        "lines": {rule: [list(place) for place in places] for rule, places in sorted(outcome.places.items())},
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_junit(outcome: Outcome) -> str:
    """The outcome as a JUnit report: a rule that warns has passed, and says so in its output."""
    rules = outcome.rules
    failed = [rule for rule in rules if rule.status == "failed" and rule.severity == "critical"]
    counts = {
        "tests": 1 + len(rules), "failures": len(failed) + bool(outcome.refused), "errors": sum(rule.status == "broken" for rule in rules),
        "skipped": sum(rule.status == "not_run" for rule in rules),
    }  # fmt: skip
    suite = Xml.Element(
        "testsuite",
        {"name": f"doisoat.{outcome.source}", "time": "0", **{name: str(count) for name, count in counts.items()}},
    )
    case = _case(suite, "input", READ)
    if outcome.refused:
        _ended(case, "failure", "refused", _REFUSED, "\n".join(map(str, outcome.refused)))
    elif outcome.quarantined:
        Xml.SubElement(case, "system-out").text = "\n".join(f"{rule}: {count}" for rule, count in outcome.quarantined.items())
    for rule in rules:
        _rule_case(suite, rule, lines(outcome.places.get(rule.rule, ())))
    Xml.indent(suite)
    written = _NOT_XML.sub("\ufffd", Xml.tostring(suite, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _case(suite: Xml.Element, table: str, name: str) -> Xml.Element:
    return Xml.SubElement(suite, "testcase", {"classname": f"{suite.get('name')}.{table}", "name": name, "time": "0"})


def _ended(case: Xml.Element, tag: str, kind: str, message: str, text: str) -> None:
    Xml.SubElement(case, tag, {"message": message, "type": kind}).text = text


def _rule_case(suite: Xml.Element, rule: RuleVerdict, where: str) -> None:
    case = _case(suite, rule.table, rule.rule)
    told = "\n".join(filter(None, (reason(rule), counted(rule), f"tolerance {tolerated(rule)}", where)))
    if rule.status == "broken":
        _ended(case, "error", "broken", reason(rule), told)
    elif rule.status == "failed" and rule.severity == "critical":
        _ended(case, "failure", rule.severity, reason(rule), told)
    elif rule.status == "not_run":
        Xml.SubElement(case, "skipped", {"message": "columns or types failed before / cột hoặc kiểu đã sai"})
    elif rule.status == "failed":
        Xml.SubElement(case, "system-out").text = f"cảnh báo / warning: {told}"


def as_sarif(outcome: Outcome) -> str:
    """The outcome as a SARIF log; rules that hold are declared and have no result."""
    results = [*_refusals(outcome), *_quarantine(outcome), *_failures(outcome)]
    driver = {
        "name": "doisoat",
        "version": package_version(),
        "rules": _rules(outcome, results),
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"doisoat/{outcome.source}/"},
        "invocations": [{"executionSuccessful": outcome.exit_code in (0, GateFailed.exit_code), "exitCode": outcome.exit_code}],
        "artifacts": [{"location": {"uri": _uri(file.name)}, "hashes": {"sha-256": file.sha256}} for file in outcome.reports],
        "results": results,
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rules(outcome: Outcome, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every rule that was judged, and those of reading that have a result; each once, by id."""
    found = {
        rule.rule: _declared(rule.rule, rule.reason_vi, rule.reason_en, _LEVEL[rule.severity], rule.owner, rule.tolerance)
        for rule in outcome.rules
    }
    for rule in outcome.quarantined:
        vi, _, en = quarantine_reason(rule).partition(" / ")
        found[rule] = _declared(rule, vi, en, "warning", "ingest", 1.0)
    if outcome.refused:
        vi, _, en = _REFUSED.partition(" / ")
        found[READ] = _declared(READ, vi, en, "error", "ingest", 1.0)
    assert {result["ruleId"] for result in results} <= set(found)
    return [found[name] for name in sorted(found)]


def _declared(name: str, vi: str, en: str, level: str, owner: str, tolerance: float) -> dict[str, Any]:
    return {
        "id": name, "shortDescription": {"text": vi}, "fullDescription": {"text": en}, "defaultConfiguration": {"level": level},
        "properties": {"owner": owner, "tolerance": tolerance},
    }  # fmt: skip


def _refusals(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for number, problem in enumerate(outcome.refused):
        yield _result(outcome, READ, "error", str(problem), (place_of(problem, outcome),), f"{number}")


def _quarantine(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for rule, count in outcome.quarantined.items():
        places = outcome.quarantine_places.get(rule, ())
        yield _result(outcome, rule, "warning", f"{quarantine_reason(rule)} {count} dòng / rows", places)


def _failures(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for rule in outcome.rules:
        if rule.status == "broken":
            yield _result(outcome, rule.rule, "error", f"{reason(rule)} ({rule.error})", (_declaration(rule),))
        elif rule.status == "failed":
            places = outcome.places.get(rule.rule) or ((outcome.reports[0].name, 1),)
            yield _result(outcome, rule.rule, _LEVEL[rule.severity], f"{reason(rule)} {counted(rule)}", places)


def _declaration(rule: RuleVerdict) -> Place:
    """Where a rule is declared: the exported suite that holds it, and its line there."""
    folder = Path(expectations.suites.__file__).parent
    for file in sorted(folder.glob("*.json")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if f'"rule": "{rule.rule}"' in line:
                return f"expectations/suites/{file.name}", number
    return "expectations/suites", 1


def _result(outcome: Outcome, rule: str, level: str, text: str, places: tuple[Place, ...], mark: str = "") -> dict[str, Any]:
    found = [_location(place) for place in places] or [_location((outcome.files[0], 1))]
    fingerprint = sha256(f"{rule}\0{outcome.source}\0{mark}".encode()).hexdigest()
    result = {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": found[:1],
        "partialFingerprints": {"doisoat/v1": fingerprint},
    }
    return {**result, **({"relatedLocations": found[1:]} if found[1:] else {})}


def _location(place: Place) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(place[0])}, "region": {"startLine": max(1, place[1])}}}


def _uri(name: str) -> str:
    """A path as a URI reference; a backslash or a space would be none."""
    return quote(Path(name).as_posix(), safe="/._-~")
