"""The weights: for each comparison level P(level | match) and P(level | non-match) (Fellegi and Sunter 1969).

`m` stands in a small JSON file, one a source, versioned by its hash. `u` is a number, or the name of a count of the register
that is taken anew in every run (how many bear this name, live in this commune, behind this door), since it depends on
the size of the register. A model ships for each source; `doisoat train` writes another, which a run uses only if its run file
says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from matching.comparisons import COMPARISONS, comparison
from matching.errors import ConfigError, Problem

# What `u` may be counted over, as the SQL column (of the scored pair) that holds the share of residents.
COUNTED = (
    "canonical",
    "key",
    "key_sorted",
    "key_regional",
    "ends",
    "resident",
    "door",
    "locality",
    "commune",
    "province",
)
DEFAULT = "default"
"""The model by judgement: of sources that have none of their own, and the start of every training."""
_MODEL = "một mô hình do doisoat train viết / a model that doisoat train wrote"


@dataclass(frozen=True, slots=True)
class Weights:
    """m and u of one level; `u` a probability or a name of COUNTED, times `factor`; `u_same_door` holds for people behind one door."""

    m: float
    u: float | str
    factor: float = 1.0
    u_same_door: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A model: where the estimate of the share of records with a person in the register starts, and the weights of each level."""

    name: str
    share_in_register: float
    weights: Mapping[str, Mapping[str, Weights]]
    sha256: str


def load_model(name: str, file: Path | None = None) -> Model:
    """The model in `file` if there is one, else the shipped model of the source `name`, else the default one.

    Raises ConfigError if the file cannot be read or its levels are not the declared ones.
    """
    if file is not None:
        return parse_model(_read(file), str(file))
    folder = files("matching") / "models"
    shipped = folder / f"{name}.json"
    if not shipped.is_file():
        shipped = folder / f"{DEFAULT}.json"
    return parse_model(shipped.read_text(encoding="utf-8"), f"matching/models/{shipped.name}")


def parse_model(text: str, where: str) -> Model:
    """A model from its JSON text; `where` names it in errors. Raises ConfigError with everything that is wrong."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise ConfigError(Problem(where, f"không phải JSON / no JSON: {type(error).__name__}", _MODEL)) from None
    if not isinstance(raw, dict):
        raise ConfigError(Problem(where, type(raw).__name__, _MODEL))
    problems = [problem for name in COMPARISONS for problem in _levels(name, raw.get(name), where)]
    if not isinstance(raw.get("source"), str):
        problems.append(Problem(f"{where}: source", repr(raw.get("source")), "tên nguồn / the name of a source"))
    if not _probability(raw.get("share_in_register")) or raw["share_in_register"] == 1:
        problems.append(Problem(f"{where}: share_in_register", repr(raw.get("share_in_register")), "0 < x < 1"))
    if problems:
        raise ConfigError(problems)
    weights = {name: {level: Weights(**value) for level, value in raw[name].items()} for name in COMPARISONS}
    return Model(raw["source"], raw["share_in_register"], weights, hashlib.sha256(text.encode()).hexdigest())


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(Problem(str(file), f"không đọc được / cannot be read: {type(error).__name__}", _MODEL)) from None


def _levels(name: str, levels: object, where: str) -> list[Problem]:
    """What is wrong with the levels of one comparison."""
    declared = set(comparison(name).level_names)
    if not isinstance(levels, dict) or set(levels) != declared:
        found = sorted(levels) if isinstance(levels, dict) else "thiếu / missing"
        return [Problem(f"{where}: {name}", f"các mức / levels {found}", f"đúng các mức / exactly {sorted(declared)}")]
    return [problem for level, value in levels.items() for problem in _weights(f"{where}: {name}.{level}", value)]


def _weights(where: str, value: object) -> list[Problem]:
    """What is wrong with m and u of one level."""
    known = {"m", "u", "factor", "u_same_door"}
    if not isinstance(value, dict) or not {"m", "u"} <= set(value) <= known:
        found = sorted(value) if isinstance(value, dict) else type(value).__name__
        return [Problem(where, str(found), "m, u và nếu cần / and if need be factor, u_same_door")]
    problems = []
    if not _probability(value["m"]):
        problems.append(Problem(f"{where}.m", repr(value["m"]), "0 < m <= 1"))
    if not _probability(value["u"]) and value["u"] not in COUNTED:
        problems.append(Problem(f"{where}.u", repr(value["u"]), f"a probability or one of {', '.join(COUNTED)}"))
    problems += [
        Problem(f"{where}.{key}", repr(value[key]), "0 < x <= 1")
        for key in ("factor", "u_same_door")
        if not _probability(value.get(key, 1.0))
    ]
    return problems


def _probability(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1
