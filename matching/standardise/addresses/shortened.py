"""Streets whose words stand as their first letters: `N.T.Minh Khai`, `Nam Kỳ K.Nghĩa`, `P.Đ.Phùng`, `T.Hưng Đạo`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from itertools import product

from matching.standardise.text import fold


def in_full(key: str) -> str:
    """The street's key with shortened words in full, if exactly one known street is shortened so; else `key`."""
    return _shortened().get(key, key)


@lru_cache(maxsize=1)
def _shortened() -> dict[str, str]:
    """Every way to shorten words of a known street, its last one excepted, that leaves no doubt which is meant."""
    meant: dict[str, set[str]] = {}
    for line in resources.files("matching.standardise").joinpath("data/streets.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        *words, last = fold(line).split()
        for form in product(*((word, word[0]) for word in words)):
            key = " ".join((*form, last))
            if key != fold(line):
                meant.setdefault(key, set()).add(fold(line))
    return {key: streets.pop() for key, streets in meant.items() if len(streets) == 1}
