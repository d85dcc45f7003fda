"""The partner's file as read: what holds of every raw table, by the declaration of its source."""

from __future__ import annotations

from expectations.declarations import Suite
from expectations.suites.raw import raw_suite
from matching.sources import Source


def suite(source: Source) -> Suite:
    """The suite of raw_partner for `source`."""
    return raw_suite(source, "R-RAW-PAR")
