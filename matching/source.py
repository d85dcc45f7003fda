"""The shape of a declaration of a dataset: its fields, the headers they are known by, what it can be judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["key", "name", "id_number", "old_id_number", "date", "sex", "phone", "address", "code", "status", "text"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column that a source may have: its name in every table, how it is read, and the headers it is known by.

    `aliases` are headers as people write them; they are compared folded (no accents, case or punctuation).
    """

    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The declaration of a dataset.

    `key` is the field that identifies a row. `place` is the address field residence is judged at (None: not judged).
    `minimum_age` is judged on `age_on` (None: on the as-of date). `id_compulsory` False makes `ID_MISSING` benign.
    `unit_prefix` is the number of leading characters of the key that name the partner's work unit (None: by province).
    `one_per_household` is the value family of `purpose` of which a household may hold one record a place (None: any).
    """

    name: str
    title_vi: str
    title_en: str
    role: Literal["register", "partner"]
    fields: tuple[Field, ...]
    place: str | None = None
    minimum_age: int | None = None
    age_on: str | None = None
    id_compulsory: bool = False
    unit_prefix: tuple[int, ...] = ()
    one_per_household: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name of the key field."""
        return next(field.name for field in self.fields if field.kind == "key")

    def field(self, name: str) -> Field:
        """The field called `name`; KeyError if the source has none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)
