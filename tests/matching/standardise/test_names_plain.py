"""Names read column by column are what `parse_name` makes of them one by one."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from matching.standardise.names import parse_name, standardise_names
from matching.standardise.names.lists import OPENINGS
from matching.standardise.names.plain import Texts
from matching.standardise.tables import name_counts, rows
from tests.matching.standardise.std_cases import cases

WORDS = [
    *name_counts(),
    *(word for _, words in rows("surnames") for word in words.replace("|", " ").split()),
    "hoà",
    "qúy",
    "lí",
    "ðức",
    "v.",
    "",
]
OPEN = sorted(OPENINGS)
FORMS = (str.title, str.title, str.upper, str.lower, lambda text: unicodedata.normalize("NFD", text.title()))


def _varied(many: int, seed: int) -> Iterator[str]:
    """Names of one to eight words, every fourth with a word in front that may be a title, in all forms."""
    dice = random.Random(seed)
    for _ in range(many):
        words = dice.choices(WORDS, k=dice.choice((1, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8)))
        if not dice.randrange(4):
            words[0] = dice.choice(OPEN)
        yield dice.choice(FORMS)(" ".join(words))


def _same(values: list[str]) -> None:
    got = standardise_names(values)
    wanted = [parse_name(value) for value in values]
    assert [tuple(row) for row in zip(*(column.to_pylist() for column in got.columns), strict=True)] == [tuple(name) for name in wanted]


def test_batches_are_what_each_name_is() -> None:
    values = [
        *_varied(20_000, 5),
        *(case[0] for table in ("names", "organisations", "encodings") for case in cases(table, 2)),
    ]
    assert Texts.of(values).plain()[0].sum() > 5_000
    _same(values)


@given(st.lists(st.one_of(st.text(max_size=12), st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)), max_size=4))
def test_any_text_is_what_it_is_alone(values: list[str]) -> None:
    _same(values)


def test_words_are_told_apart_by_the_whole_text() -> None:
    plain, _ = Texts.of(
        [
            "Nguyễn Văn An",
            "Ông Văn Minh",
            "Hồ Thị Lan",
            "Tôn Nữ Lan",
            "An",
            "Y Hùng Niê",
            "Công ty An",
            "Lê  An",
            "Lê V. An",
        ]
    ).plain()
    assert plain.tolist() == [True, False, True, False, False, False, False, True, True]
