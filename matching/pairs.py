"""Two sides beside each other, row by row: what the conditions of a comparison look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from matching.arrays import Array, Texts, grouped


class Side:
    """Rows of a table of columns: `side.key` is the column `key` at these rows, fetched when it is asked for."""

    def __init__(self, columns: Mapping[str, Array], texts: Mapping[str, Texts], rows: Array) -> None:
        self.columns, self.texts, self.rows = columns, texts, rows

    def __getattr__(self, name: str) -> Array:
        if name not in self.columns:
            raise AttributeError(name)
        found: Array = self.columns[name][self.rows]
        return found

    def text(self, name: str) -> list[str]:
        """A column of texts at these rows; "" where there is none."""
        return self.texts[name].at(self.rows)

    def at(self, keep: Array) -> Side:
        """Some of the rows."""
        return Side(self.columns, self.texts, self.rows[keep])


class Pairs:
    """Pairs of a row of `a` and a row of `b`; `minimum_age` is the partner's; `slip`: the numbers are known to be one slip apart."""

    def __init__(self, a: Side, b: Side, minimum_age: int = 0, known: Mapping[str, Array] | None = None) -> None:
        self.a, self.b, self.minimum_age = a, b, minimum_age
        self._known: dict[str, Array] = dict(known or {})

    def __len__(self) -> int:
        return len(self.a.rows)

    def once(self, name: str, of: Callable[[Pairs], Array]) -> Array:
        """What `of` says of the pairs; worked out once, also for the pairs that are left later."""
        if name not in self._known:
            self._known[name] = of(self)
        return self._known[name]

    def known(self, name: str) -> Array:
        """What is known of the pairs under this name; KeyError if nothing is."""
        return self._known[name]

    def at(self, keep: Array) -> Pairs:
        """Some of the pairs."""
        known = {name: values[keep] for name, values in self._known.items()}
        return Pairs(self.a.at(keep), self.b.at(keep), self.minimum_age, known)

    def distinct(self) -> tuple[Pairs, Array]:
        """The distinct pairs of rows, and for each pair which of them it is: what is costly is asked of these."""
        both = self.a.rows.astype(np.int64) << 32 | self.b.rows.astype(np.int64)
        first, which = grouped(both)
        return self.at(first), which
