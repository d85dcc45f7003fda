"""The suites as Great Expectations suite JSON, beside the declarations: `python -m expectations.export`.

The Python declarations are the source; the JSON is what other tools read and what a reviewer sees change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from expectations.declarations import Rule, Suite
from expectations.gates import GATES, suites_of
from matching.sources import SOURCES, source

FOLDER = Path(__file__).parent / "suites"


def all_suites() -> tuple[Suite, ...]:
    """Every suite once, the raw ones once for each declared source."""
    found: dict[str, Suite] = {}
    for name in SOURCES:
        for gate in GATES:
            for suite in suites_of(gate, {f"{source(name).role}_source": name}):
                found[suite.name] = suite
    return tuple(found[name] for name in sorted(found))


def exported(suite: Suite) -> str:
    """The suite as JSON text in the form of Great Expectations, ended by a line feed."""
    document = {
        "name": suite.name,
        "meta": {"owner": suite.owner, "table": suite.table},
        "expectations": [_expectation(suite, rule) for rule in suite.rules],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _expectation(suite: Suite, rule: Rule) -> dict[str, Any]:
    meta = {
        "rule": rule.id, "owner": suite.owner, "tolerance": rule.tolerance, "reason_vi": rule.reason_vi, "reason_en": rule.reason_en,
    }  # fmt: skip
    return {"type": rule.expectation, "kwargs": rule.arguments, "severity": rule.severity, "meta": meta}


def main() -> None:
    """Write every suite, and remove the JSON of suites that are gone."""
    files = {FOLDER / f"{suite.name}.json": exported(suite) for suite in all_suites()}
    for stale in set(FOLDER.glob("*.json")) - set(files):
        stale.unlink()
    for file, text in files.items():
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
