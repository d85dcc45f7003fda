"""A dictionary that forgets: what was read is kept for the next text that says the same, and memory stays bounded."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(dict[Hashable, Value], Generic[Value]):
    """A dictionary of at most `most` entries; when it is full it begins anew. What it holds must only depend on the key."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def keep(self, key: Hashable, value: Value) -> Value:
        """Put `value` under `key` and return it."""
        if len(self) >= self.most:
            self.clear()
        self[key] = value
        return value
