"""What a dataset is: its fields, the headers it is known by, and what its source can be judged on. One file per dataset."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from matching.errors import ConfigError, Problem
from matching.source import Field, Kind, Source
from matching.source_check import wrong_with

__all__ = ["SENSITIVE_HEADERS", "SOURCES", "Field", "Kind", "Source", "source"]

SOURCES = tuple(sorted(found.name for found in iter_modules(__path__)))
"""Every module of this folder is a source: a new one is a new file."""

# Sensitive data that this job never needs (Decree 356/2025/NĐ-CP, Art. 4): dropped at ingest, named in the manifest.
SENSITIVE_HEADERS = (
    "Dân tộc", "Tôn giáo", "Nhóm máu", "Tình trạng sức khỏe", "Sức khỏe", "Bệnh", "Ảnh", "Vân tay", "Sinh trắc học",
    "Ethnicity", "Ethnic", "Ethnic group", "Religion", "Blood group", "Blood type", "Health", "Health status",
    "Biometrics", "Photo", "Fingerprint",
)  # fmt: skip


@cache
def source(name: str) -> Source:
    """The declared source called `name`; KeyError with the known names if there is none, ConfigError if its declaration is wrong."""
    if name not in SOURCES:
        raise KeyError(f"no source {name!r}; known: {', '.join(SOURCES)}")
    where = f"matching/sources/{name}.py"
    try:
        declared = import_module(f"matching.sources.{name}").SOURCE
    except Exception as error:  # whatever a half-written file raises
        found = f"{type(error).__name__}: {error}"
        raise ConfigError(Problem(where, found, "SOURCE = Source(name=..., fields=(...), ...)")) from None
    if not isinstance(declared, Source):
        raise ConfigError(Problem(where, f"SOURCE: {type(declared).__name__}", "SOURCE = Source(name=..., fields=(...), ...)"))
    if problems := wrong_with(declared, name):
        raise ConfigError(problems)
    return declared
