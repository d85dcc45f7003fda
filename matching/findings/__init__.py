"""What can be wrong with a record, in the order of the published table: among equals the first is the primary finding."""

from __future__ import annotations

from matching.findings.declaration import SEVERITIES, Finding, Severity, Text
from matching.findings.impossible import ID_INVALID
from matching.findings.name import NAME_DIFFERS, NAME_FORM
from matching.findings.number import (
    ID_CONTRADICTS,
    ID_MISSING,
    ID_NOT_IN_REGISTER,
    ID_OLD_NUMBER,
    ID_OTHER_PERSON,
    ID_SHARED,
    ID_TYPO,
    ID_ZERO_LOST,
)
from matching.findings.person import (
    BIRTH_DATE_DIFFERS,
    DECEASED,
    IMPLAUSIBLE_AGE,
    STATUS_ABSENT,
    STATUS_LEFT,
    STATUS_MISSING,
)
from matching.findings.record import (
    ADDRESS_AMBIGUOUS,
    ADDRESS_CONTRADICTS,
    ADDRESS_INCOMPLETE,
    ADDRESS_REORGANISED,
    ADDRESS_UNREADABLE,
    PHONE_OLD_PREFIX,
)
from matching.findings.residence import (
    DUPLICATE_AT_PLACE,
    HOUSEHOLD_MEMBER_RESIDENT,
    OTHER_HOUSEHOLD_AT_PLACE,
    RESIDENCE_ELSEWHERE,
)

FINDINGS: tuple[Finding, ...] = (
    DECEASED,
    DUPLICATE_AT_PLACE,
    ID_OTHER_PERSON,
    RESIDENCE_ELSEWHERE,
    HOUSEHOLD_MEMBER_RESIDENT,
    OTHER_HOUSEHOLD_AT_PLACE,
    STATUS_MISSING,
    STATUS_ABSENT,
    STATUS_LEFT,
    IMPLAUSIBLE_AGE,
    ID_TYPO,
    ID_NOT_IN_REGISTER,
    ID_SHARED,
    ID_INVALID,
    ID_CONTRADICTS,
    ID_MISSING,
    ID_OLD_NUMBER,
    ID_ZERO_LOST,
    BIRTH_DATE_DIFFERS,
    NAME_DIFFERS,
    NAME_FORM,
    ADDRESS_REORGANISED,
    ADDRESS_AMBIGUOUS,
    ADDRESS_UNREADABLE,
    ADDRESS_CONTRADICTS,
    ADDRESS_INCOMPLETE,
    PHONE_OLD_PREFIX,
)

BY_CODE: dict[str, Finding] = {finding.code: finding for finding in FINDINGS}
"""The findings by their code."""

__all__ = ["BY_CODE", "FINDINGS", "SEVERITIES", "Finding", "Severity", "Text"]
