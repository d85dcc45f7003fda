"""Reads the small data files of this package: tab-separated tables with `#` comments."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of data/<name>.tsv as tuples of text; comments and empty lines are left out."""
    text = resources.files("matching.standardise").joinpath(f"data/{name}.tsv").read_text("utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def name_counts() -> dict[str, int]:
    """How often a lower-case word occurs in the counted personal names; used to tell usual words from chance."""
    return {word: int(count) for word, count in rows("name_tokens")}


@cache
def clan_words(parts: bool = True) -> frozenset[str]:
    """The lower-case words of highland clan names as they are written ("niê", "mlô", "kdăm"); most are no syllables.

    Without `parts` only clans of one word: "krông" of Buôn Krông is also written Kroong.
    """
    return frozenset(
        part
        for group, words in rows("surnames")
        if group in ("ede", "jrai")
        for word in words.split()
        if parts or "_" not in word
        for part in word.split("_")
    )
