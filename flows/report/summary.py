"""From the run's tables to the numbers of its report, by SQL that counts; sums are exact, so no order of rows shows in them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from flows.report.addresses import Names
from flows.report.causes import cause_counts
from flows.report.decided import decision_counts
from flows.report.facts import CONFIDENCE, LOCATED
from flows.report.figures import (
    BIN,
    GROUPS,
    LINKED,
    OUTCOMES,
    Bar,
    FindingCount,
    Gate,
    PossibleCount,
    ProvinceCount,
    Stage,
    Summary,
)
from flows.report.history import status
from flows.report.profile import profile, rate, tally
from flows.report.settings import ReportSettings
from flows.report.trend import earlier
from flows.report.units import Unit
from matching.estimate import estimate_error
from matching.findings import SEVERITIES


def summarise(
    con: duckdb.DuckDBPyConnection,
    settings: ReportSettings,
    previous: Path | None,
    gates: Path,
    units: tuple[Unit, ...],
    files: Mapping[str, int],
    left_out: tuple[str, ...],
) -> Summary:
    """Count everything that the summary and the page show. `files` is how many lines each written file holds."""
    outcomes = _counted(con, OUTCOMES, "SELECT outcome AS what FROM links")
    linked = sum(outcomes[outcome] for outcome in LINKED)
    rows_read = sum(outcomes.values())
    error = estimate_error(con)
    return Summary(
        name=settings.name, source=settings.source.name, source_vi=settings.source.title_vi, source_en=settings.source.title_en,
        register_source=settings.register_source.name, as_of=settings.as_of,
        link_threshold=settings.link, review_threshold=settings.review,
        rows_read=rows_read, outcomes=outcomes, mismatch_rate=rate(outcomes["mismatch"], linked),
        link_rate=rate(linked, rows_read - outcomes["rejected"] - outcomes["out_of_scope"]),
        estimated_precision=error.precision, estimated_recall=error.recall, estimated_error=error,
        blocking=_blocking(con), weights=_weights(con),
        severities=_counted(con, SEVERITIES[:2], _MISMATCH_SEVERITY),
        confidences=_counted(con, ("certain", "likely", "weak"), _MISMATCH_CONFIDENCE),
        findings=_findings(con), possible=_possible(con), causes=cause_counts(con),
        status=status(con, previous), decisions=decision_counts(con), earlier=tuple(earlier(previous)),
        provinces=_provinces(con, settings.as_of), units=units, files=files, left_out=left_out,
        partner=profile(con, "partner", settings.source), register=profile(con, "register", settings.register_source),
        stages=_stages(con), gates=read_gates(gates),
    )  # fmt: skip


_MISMATCH_SEVERITY = """SELECT f.severity AS what FROM links k
    JOIN findings f ON f.record_id = k.record_id AND f.finding = k.primary_finding WHERE k.outcome = 'mismatch'"""
_MISMATCH_CONFIDENCE = f"SELECT {CONFIDENCE} AS what FROM links k WHERE k.outcome = 'mismatch'"


def _counted(con: duckdb.DuckDBPyConnection, names: Iterable[str], query: str) -> dict[str, int]:
    """How often each value of `what` comes in the query, in the order of `names`; 0 for those that do not come."""
    return {**dict.fromkeys(names, 0), **tally(con, query)}


def _stages(con: duckdb.DuckDBPyConnection) -> tuple[Stage, ...]:
    rows = con.execute("SELECT stage, rows_in, rows_out, rows_quarantined FROM ledger ORDER BY stage").fetchall()
    return tuple(Stage(*row) for row in rows)


def _blocking(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What blocking compared, what it left out, and what it would find of the certain links without their number."""
    names = ("pairs", "capped_keys", "capped_pairs", "asked", "found")
    counted = con.execute("""
        SELECT coalesce(sum(pairs) FILTER (kind = 'rule'), 0), coalesce(sum(capped_keys), 0), coalesce(sum(capped_pairs), 0),
            coalesce(sum(pairs) FILTER (kind = 'recall' AND key = 'any'), 0), coalesce(sum(best) FILTER (kind = 'recall' AND key = 'any'), 0)
        FROM pair_counts""").fetchall()[0]
    return dict(zip(names, map(int, counted), strict=True))


def _findings(con: duckdb.DuckDBPyConnection) -> tuple[FindingCount, ...]:
    """Every finding that occurs, by severity and then in the order of their table."""
    rows = con.execute(f"""
        SELECT f.finding, f.severity, count(*), count(*) FILTER (k.primary_finding = f.finding),
            count(*) FILTER (k.primary_finding = f.finding AND k.outcome IN {LINKED}), count(*) FILTER (k.outcome NOT IN {LINKED})
        FROM findings f JOIN links k ON k.record_id = f.record_id
        LEFT JOIN finding_order o ON o.code = f.finding
        GROUP BY f.finding, f.severity, o.place ORDER BY o.place, f.finding""").fetchall()
    return tuple(FindingCount(*row) for row in sorted(rows, key=lambda row: SEVERITIES.index(row[1])))


def _possible(con: duckdb.DuckDBPyConnection) -> tuple[PossibleCount, ...]:
    """What undecided records would have, benign findings left out, by severity and then in the order of their table."""
    rows = con.execute("""
        SELECT q.finding, q.severity, count(DISTINCT q.record_id) FILTER (q.place = 1), count(DISTINCT q.record_id)
        FROM possible q LEFT JOIN finding_order o ON o.code = q.finding
        WHERE q.severity <> 'benign' GROUP BY q.finding, q.severity, o.place ORDER BY o.place, q.finding""").fetchall()
    return tuple(PossibleCount(*row) for row in sorted(rows, key=lambda row: SEVERITIES.index(row[1])))


def _provinces(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[ProvinceCount, ...]:
    """Provinces by number of mismatches, the most first; records that count for none stand under an empty code."""
    found: dict[str, Counter[str]] = {}
    primary = con.execute(
        f"SELECT province, primary_finding, count(*) FROM ({LOCATED}) WHERE outcome = 'mismatch' GROUP BY ALL ORDER BY ALL"
    )
    for code, finding, number in primary.fetchall():
        found.setdefault(code, Counter())[finding] += number
    rows = con.execute(f"""
        SELECT province, count(*), count(*) FILTER (outcome IN {LINKED}), count(*) FILTER (outcome = 'mismatch'), count(*) FILTER (lives)
        FROM ({LOCATED}) GROUP BY 1 ORDER BY 4 DESC, 2 DESC, 1""").fetchall()
    names = Names(as_of)
    return tuple(
        ProvinceCount(code, names.province(code), records, linked, mismatches, dict(found.get(code, {})), by_residence)
        for code, records, linked, mismatches, by_residence in rows
    )


def _weights(con: duckdb.DuckDBPyConnection) -> tuple[Bar, ...]:
    """The histogram of the best candidates' match weights, without gaps between its bars."""
    rows = con.execute(f"""
        SELECT CASE WHEN outcome IN {LINKED} THEN 'linked' WHEN outcome = 'not_found' THEN 'not_found' ELSE 'undecided' END,
            (floor(match_weight / {BIN}) * {BIN})::INTEGER, count(*)
        FROM links WHERE match_weight IS NOT NULL GROUP BY 1, 2""").fetchall()
    if not rows:
        return ()
    counts = {(start, group): number for group, start, number in rows}
    starts = [start for start, _ in counts]
    return tuple(
        Bar(start, {group: counts.get((start, group), 0) for group in GROUPS}) for start in range(min(starts), max(starts) + BIN, BIN)
    )


def read_gates(folder: Path) -> tuple[Gate, ...]:
    """The verdicts that were given before the report, by name; the report's own gate comes after it and is left out."""
    verdicts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")) if path.stem != "report"]
    return tuple(
        Gate(
            verdict["gate"],
            verdict["status"],
            dict(sorted(Counter(rule["status"] for rule in verdict["rules"]).items())),
            tuple(f"{rule['rule']}: {rule['reason_vi']} / {rule['reason_en']}" for rule in verdict["rules"] if rule["status"] == "failed"),
        )
        for verdict in verdicts
    )


def as_json(summary: Summary) -> str:
    """The summary as it is published: decimals as numbers, dates as ISO text, the identity of the status beside its parts."""
    content = asdict(summary)
    content["status"]["identity"] = summary.status.identity
    content["status"]["identity_holds"] = summary.status.holds
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> Any:  # noqa: ANN401  (json says no more)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
