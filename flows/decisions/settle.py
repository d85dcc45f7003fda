"""What the statements of reviewers on one finding, all on the same evidence, come to.

Statements are taken in the order in which runs read them. A person's later word replaces the earlier one. Two people who
contradict each other settle nothing: both are shown, and whatever is said after that begins anew. `unsure` yields to any other
word; alone it settles like any, or asks for a second look where the run file wants one. Where a second person is asked for, two
different named people must say the same. What was said of a whole cause yields to what was said of a mismatch alone (`heeded`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

SETTLED = "settled"
CONFLICT = "conflict"
SECOND = "second_person"
UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Statement:
    """One word on one finding of one mismatch; `batch` counts the runs that read some, `read_on` is the as-of date of its run.

    `cause` is the cause that was decided on as a whole; empty where the word is on this mismatch alone.
    """

    batch: int
    id: str
    evidence: str
    finding: str
    decision: str
    decided_by: str
    decided_at: str
    file: str
    row: int
    read_on: str
    cause: str = ""

    @property
    def reviewer(self) -> str:
        """Who: the name, whatever its case and blanks; a file without names is somebody of its own."""
        return " ".join(self.decided_by.casefold().split()) or f"file:{self.file}"

    @property
    def content(self) -> tuple[str, ...]:
        """What makes it the same statement when the file comes again."""
        return (self.id, self.evidence, self.finding, self.decision, self.reviewer, self.decided_at, self.cause)


@dataclass(frozen=True, slots=True)
class Settled:
    """How it stands: `settled`, `conflict`, `second_person` or `unsure`; the decision (None in a conflict); the words that count."""

    state: str
    decision: str | None
    counted: tuple[Statement, ...]


def heeded(statements: Sequence[Statement]) -> list[Statement]:
    """The words that count beside one another: a word on a mismatch alone goes before what was said of its whole cause.

    Whoever looked at the one mismatch knows it better, whenever that was; a cause that says the same is a second voice.
    """
    alone = {said.decision for said in statements if not said.cause} - {UNSURE}
    return [said for said in statements if not said.cause or not alone or said.decision in alone]


def settle(statements: Iterable[Statement], second: bool, look: bool = False) -> Settled | None:
    """The state after all `statements`, which come in the order of their batches; None if there are none.

    `second`: two people have to say the same; `look`: whoever is unsure leaves the question open.
    """
    standing: dict[str, list[Statement]] = {}
    state: Settled | None = None
    for _, batch in groupby(statements, key=lambda said: said.batch):
        if state is not None and state.state == CONFLICT:
            standing = {}
        ordered = sorted(batch, key=lambda said: (said.reviewer, said.decided_at, said.file, said.row))
        for reviewer, said in groupby(ordered, key=lambda said: said.reviewer):
            standing[reviewer] = _last(list(said))
        state = _judged([one for words in standing.values() for one in words], second, look)
    return state


def _last(said: Sequence[Statement]) -> list[Statement]:
    """A person's words of one batch: the last by date, or all where dates cannot tell which of them is."""
    day = said[-1].decided_at
    days = {one.decided_at for one in said}
    telling = len(days) == 1 or all(_is_day(found) for found in days)
    kept = [one for one in said if one.decided_at == day] if telling else list(said)
    return kept if len({one.decision for one in kept}) > 1 else kept[-1:]


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


def _judged(said: list[Statement], second: bool, look: bool) -> Settled:
    counted = tuple(sorted(said, key=lambda one: (one.batch, one.reviewer, one.file, one.row)))
    firm = {one.decision for one in counted} - {UNSURE}
    if len(firm) > 1:
        return Settled(CONFLICT, None, counted)
    decision = next(iter(firm), UNSURE)
    if decision == UNSURE and look:
        return Settled(UNSURE, UNSURE, counted)
    people = {one.reviewer for one in counted if one.decision == decision and one.decided_by}
    return Settled(SETTLED if not second or len(people) > 1 else SECOND, decision, counted)
