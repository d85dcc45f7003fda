"""The weights: for each comparison level P(level | match) and P(level | non-match) (Fellegi and Sunter 1969).

`m` stands in a small JSON file, one a source, versioned by its hash. `u` is a number, or the name of a count of the register
that is taken anew in every run (how many bear this name, live in this commune, behind this door), since it depends on
the size of the register.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from matching.comparisons import COMPARISONS, comparison
from matching.errors import ConfigError, Problem

# What `u` may be counted over, as the SQL column (of the scored pair) that holds the share of residents.
COUNTED = ("canonical", "key", "key_sorted", "key_regional", "ends", "resident", "door", "locality", "commune", "province")


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


def load_model(name: str) -> Model:
    """The shipped model of the source `name`, else the default one; ConfigError if its levels are not the declared ones."""
    folder = files("matching") / "models"
    file = folder / f"{name}.json"
    if not file.is_file():
        file = folder / "electricity.json"
    text = file.read_text(encoding="utf-8")
    return parse_model(text, f"matching/models/{file.name}")


def parse_model(text: str, where: str) -> Model:
    """A model from its JSON text; `where` names it in errors."""
    raw = json.loads(text)
    weights = {name: {level: Weights(**value) for level, value in raw[name].items()} for name in COMPARISONS if name in raw}
    problems = [problem for name in COMPARISONS for problem in _problems(name, weights.get(name, {}), where)]
    if problems:
        raise ConfigError(problems)
    return Model(raw["name"], raw["share_in_register"], weights, hashlib.sha256(text.encode()).hexdigest())


def _problems(name: str, levels: Mapping[str, Weights], where: str) -> list[Problem]:
    declared = set(comparison(name).level_names)
    problems = []
    if set(levels) != declared:
        problems.append(Problem(f"{where}: {name}", f"levels {sorted(levels)}", f"exactly {sorted(declared)}"))
    for level, weight in levels.items():
        if isinstance(weight.u, str) and weight.u not in COUNTED:
            problems.append(Problem(f"{where}: {name}.{level}.u", weight.u, f"a probability or one of {', '.join(COUNTED)}"))
    return problems
