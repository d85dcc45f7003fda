"""A trained model as the small JSON file that people read: m and u a level, and how each was come by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from matching.comparisons import COMPARISONS
from matching.model import Weights
from matching.train import FIXED, Trained

_NOTE = "m by expectation maximisation, u by random pairs; what is named as u is counted in every run (see training)"


def model_text(trained: Trained, started_from: str) -> str:
    """The model file of `trained`, one level a line; `started_from` is the SHA-256 of the model that it started from."""
    model, learned = trained.model, trained.learned
    sections = {name: {level: _weights(weights) for level, weights in model.weights[name].items()} for name in COMPARISONS}
    training = {
        "registers": [{"residents": residents, "records": records} for residents, records in trained.worlds],
        "started_from": started_from,
        "iterations": learned.iterations,
        "last_change": float(f"{learned.last_change:.2g}"),
        "converged": learned.converged,
        "pairs": {name: {level: round(pairs, 1) for level, pairs in learned.evidence[name].items() if level != "null"} for name in COMPARISONS},
        "u": {name: {level: words for level, words in trained.u_from[name].items() if level != "null"} for name in COMPARISONS},
        "kept": {name: _kept(trained, name) for name in COMPARISONS if learned.kept[name]},
    }  # fmt: skip
    head = {"source": model.name, "version": 2, "note": _NOTE, "share_in_register": model.share_in_register}
    lines = [f"  {_json(key)}: {_json(value)}" for key, value in head.items()]
    lines += [f"  {_json(name)}: {_block(levels, 2)}" for name, levels in sections.items()]
    lines.append(f'  "training": {_block(training, 2)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _kept(trained: Trained, name: str) -> dict[str, str]:
    return {level: "by definition" if level in FIXED.get(name, ()) else "too little was seen" for level in trained.learned.kept[name]}


def _weights(weights: Weights) -> dict[str, Any]:
    found: dict[str, Any] = {"m": weights.m, "u": weights.u}
    if weights.factor != 1.0:
        found["factor"] = weights.factor
    if weights.u_same_door is not None:
        found["u_same_door"] = weights.u_same_door
    return found


def _block(content: Mapping[str, Any], indent: int) -> str:
    """A JSON object with a line for each key; objects of objects go on one level deeper."""
    pad = " " * (indent + 2)
    inner = ",\n".join(f"{pad}{_json(key)}: {_value(value, indent + 2)}" for key, value in content.items())
    return "{\n" + inner + "\n" + " " * indent + "}"


def _value(value: object, indent: int) -> str:
    deep = isinstance(value, dict) and value and all(isinstance(inner, dict) for inner in value.values())
    return _block(value, indent) if deep and isinstance(value, dict) else _json(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
