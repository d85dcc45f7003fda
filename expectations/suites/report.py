"""The published report: what the files hold is what the summary says and what the manifest says.

The report stage counts the lines of each file after it was written, and puts the three counts side by side in `report_counts`.
What reviewers have settled leaves the work list and the clerical review: lists and settled questions together are all of them.
"""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Rule, Suite, between, no_rows, not_empty
from matching.tables import Column, Table

REPORT_COUNTS = Table(
    "report_counts", "a thing that is counted", ("what",),
    (
        Column("what", "VARCHAR", "a file, or an outcome", False),
        Column("file_count", "BIGINT", "as counted in the file itself", False),
        Column("summary_count", "BIGINT", "as summary.json says", False),
        Column("manifest_count", "BIGINT", "as the manifest says; null if it does not count this"),
    ),
)  # fmt: skip

# What has to be counted at least; more is welcome (outcomes, findings, sheets).
COUNTED = (
    "mismatches.csv",
    "clerical_review.csv",
    "not_found.csv",
    "quarantine.csv",
    "links.parquet",
    "findings.parquet",
)

_P = "R-REP"

SUITE = Suite(
    "report", REPORT_COUNTS.name, "report",
    (
        *contract(_P, REPORT_COUNTS),
        not_empty(_P, "số đếm", "count"),
        *(between(_P, column, 0, None) for column in ("file_count", "summary_count", "manifest_count")),
        Rule(
            f"{_P}-ALL", "expect_column_distinct_values_to_contain_set", {"column": "what", "value_set": list(COUNTED)}, "critical",
            "Mọi tệp kết quả phải được đếm.", "Every file of the report is counted.",
        ),
        no_rows(
            f"{_P}-SUMMARY", "SELECT what FROM report_counts WHERE file_count <> summary_count",
            "Số dòng trong tệp bằng số trong bản tổng hợp.", "Counts in the files are counts in the summary.",
        ),
        no_rows(
            f"{_P}-MANIFEST", "SELECT what FROM report_counts WHERE manifest_count <> file_count",
            "Số dòng trong tệp bằng số trong tệp kê khai.", "Counts in the files are counts in the manifest.",
        ),
        no_rows(
            f"{_P}-LEDGER", """SELECT what FROM report_counts WHERE (what = 'links.parquet' AND file_count <> (SELECT count(*) FROM links))
                OR (what = 'findings.parquet' AND file_count <> (SELECT count(*) FROM findings))
                OR (what = 'mismatches.csv' AND file_count + (SELECT count(*) FROM decisions WHERE closed AND kind = 'mismatch')
                    <> (SELECT count(*) FROM links WHERE outcome = 'mismatch'))
                OR (what = 'clerical_review.csv' AND file_count + (SELECT count(*) FROM decisions WHERE closed AND kind = 'review')
                    <> (SELECT count(*) FROM links WHERE outcome IN ('ambiguous', 'review')))
                OR (what = 'not_found.csv' AND file_count <> (SELECT count(*) FROM links WHERE outcome = 'not_found'))""",
            "Số dòng trong tệp, cộng số đã có quyết định, bằng số trong các bảng.",
            "Counts in the files, and what is decided, are counts in the tables.",
        ),
    ),
)  # fmt: skip
