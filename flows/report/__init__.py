"""The published report: outcome tables -> CSV, XLSX, HTML, JSON. The numbers are frozen values, each renderer only writes them."""

from __future__ import annotations

from flows.report.settings import ReportSettings
from flows.report.write import write_report

__all__ = ["ReportSettings", "write_report"]
