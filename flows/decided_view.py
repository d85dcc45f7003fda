"""Prints what people have decided on a record, out of the decision log: who, when, what, on which evidence, and whether it still holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.console import Console

from flows.decisions.evidence import REVIEW_PREFIX
from flows.decisions.log import read_log, statements
from flows.decisions.settle import SETTLED, Statement, heeded, settle
from flows.publish import read_manifest
from flows.report.decided import NOBODY, RESULTS
from flows.report.history import HISTORY, REVIEW_HISTORY
from flows.report.words import Words
from flows.run_key import run_key
from matching.errors import DoisoatError
from matching.findings.links import MISMATCH_PREFIX
from matching.identifiers import keyed_id

HOLDS = Words("còn hiệu lực", "in force")
OVERRULED = Words("đã được quyết định lại sau đó", "overruled by a later decision")
CHANGED = Words("không còn: bằng chứng đã đổi từ đó", "no longer: the evidence has changed since")
GONE = Words("đã theo: câu hỏi không còn trong lượt này", "done: this run has no such question any more")
NO_LOG = Words("không đọc được nhật ký quyết định", "the decision log cannot be read")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on a record with how it stands in the run that is looked at."""

    said: Statement
    stands: Words


def print_decided(run: Path, record_id: str, outcome: str, console: Console) -> None:
    """Print every decision on the record, in the order in which runs read them; nothing if there is none."""
    try:
        found = decided_on(run, record_id, outcome)
    except DoisoatError as error:  # a log that was changed, a key that is gone: all else is shown
        console.print(f"\n{NO_LOG.both('vi')}: {error}", markup=False, highlight=False)
        return
    if found:
        console.print("\n[bold]Quyết định của người xét / reviewers' decisions[/bold]")
    for one in found:
        about = [
            one.said.finding or ("clerical_review" if one.said.id.startswith(REVIEW_PREFIX) else ""),
            one.said.decision,
        ]
        who = [
            one.said.decided_by or NOBODY.both("vi"),
            one.said.decided_at,
            one.said.cause and f"nhóm / cause {one.said.cause}",
        ]
        console.print(f"  {': '.join(filter(None, about))} ({', '.join(filter(None, who))})", markup=False, highlight=False)
        read = f"đọc ở lượt ngày / read by the run of {one.said.read_on}; bằng chứng / evidence {one.said.evidence}"
        console.print(f"    {read}: {one.stands.both('vi')}", markup=False, highlight=False)


def decided_on(run: Path, record_id: str, outcome: str) -> list[Decided]:
    """The decisions on a record of the published run in folder `run`, where it ended as `outcome`, oldest first.

    ConfigError if the key of the run's ids is gone, InputRefused if the log was changed.
    """
    lines = read_log(run.parent)
    if not lines:
        return []
    manifest = read_manifest(run)
    configuration = manifest["configuration"]
    key, source = run_key(run, manifest), configuration["partner"]["source"]
    asked = {MISMATCH_PREFIX: outcome == "mismatch", REVIEW_PREFIX: outcome in ("ambiguous", "review")}
    ids = {prefix: keyed_id(key, prefix, source, record_id) for prefix in asked}
    files = {MISMATCH_PREFIX: (HISTORY, "mismatch_id"), REVIEW_PREFIX: (REVIEW_HISTORY, "review_id")}
    today = {id_: _evidence(run / files[prefix][0], files[prefix][1], id_) if asked[prefix] else None for prefix, id_ in ids.items()}
    said = [one for one in statements(lines) if one.id in today]
    asking = configuration.get("decisions", {})
    return [Decided(one, _stands(one, today[one.id], said, asking)) for one in said]


def _evidence(history: Path, column: str, id_: str) -> str | None:
    """The evidence that an id rests on in the run; None if it is not known there."""
    if not history.is_file():
        return None
    rows = pq.read_table(history, columns=["evidences"], filters=[(column, "=", id_)]).to_pylist()
    return rows[0]["evidences"][-1] if rows and rows[0]["evidences"] else None


def _stands(one: Statement, evidence: str | None, said: Sequence[Statement], asking: Mapping[str, Any]) -> Words:
    """How a statement stands beside all that was `said`; `evidence` is today's, None if the run has no such question."""
    if evidence is None:
        return GONE
    if one.evidence != evidence:
        return CHANGED
    about = [other for other in said if (other.id, other.evidence, other.finding) == (one.id, one.evidence, one.finding)]
    state = settle(heeded(about), one.finding in asking.get("second_person", ()), asking.get("second_look", False))
    if state is None or one not in state.counted:
        return OVERRULED
    return HOLDS if state.state == SETTLED else RESULTS[state.state]
