"""How all questions stand after every word on them: of the log, and of this run's files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flows.decisions.evidence import changes
from flows.decisions.hold import CANDIDATE, DecisionSettings, Files, Held, Place
from flows.decisions.known import Case, Known
from flows.decisions.log import statements
from flows.decisions.notes import Notes
from flows.decisions.pairs import Pair, Verdict
from flows.decisions.rows import PRIMARY, Refused
from flows.decisions.settle import CONFLICT, SECOND, SETTLED, UNSURE, Settled, Statement, heeded, settle
from flows.decisions.when import wrong_day
from flows.report.decided import BEFORE, BETWEEN, CHANGED, NOBODY, UNNAMED
from flows.report.decided import CONFLICT as CONFLICT_WORDS
from flows.report.decided import SECOND as SECOND_WORDS
from flows.report.decided import UNSURE as UNSURE_WORDS
from flows.sealed import Line

_OTHER = ("none", "not_same_person")  # decisions that say of a resident: not this one
_OPEN = {CONFLICT: CONFLICT_WORDS, SECOND: SECOND_WORDS, UNSURE: UNSURE_WORDS}

Result = tuple[str, int, str, str, str | None, str | None, str, str | None, str | None]
"""A row of `decisions_read`."""


class Standing:
    """How all questions stand after every word on them, of the log and of this run's files."""

    def __init__(self, found: Known, log: Sequence[Line], held: Held, settings: DecisionSettings, notes: Notes | None = None) -> None:
        self.found = found
        self.notes = notes or Notes()
        self.settings = settings
        self.held = held
        batch = max((line["batch"] for line in log), default=0) + 1
        said = statements(log)
        seen = {one.content for one in said}
        self.parts = {(line["id"], line["evidence"]): line["parts"] for line in (*log, *held.lines.values()) if line["kind"] == "decision"}
        self.new: dict[Place, Statement] = {}
        for place in sorted(held.lines):
            (one,) = statements([held.lines[place]], batch)
            if one.content not in seen:
                seen.add(one.content)
                self.new[place] = one
        self.by_id: dict[str, list[Statement]] = {}
        for one in (*said, *self.new.values()):
            self.by_id.setdefault(one.id, []).append(one)

    def decisions(self) -> list[tuple[object, ...]]:
        """The rows of `decisions`: every question of today on which something was said."""
        return [self._decision(self.found.now[id_], said) for id_, said in sorted(self.by_id.items()) if id_ in self.found.now]

    def _decision(self, case: Case, said: list[Statement]) -> tuple[object, ...]:
        head = (case.id, case.kind, case.evidence)
        primary = self.primary(case)
        if primary is not None and primary.state == SETTLED:
            return (*head, SETTLED, True, primary.decision, None, None)
        if primary is not None:
            told = _OPEN[primary.state]
            return (*head, primary.state, False, None, f"{told.both('vi')}: {self._told(primary.counted)}", None)
        others = [one for one in said if one.evidence == case.evidence]
        if others:
            return (*head, "noted", False, None, self._told(others, with_finding=True), None)
        return (*head, "asked_again", False, None, *self._asked_again(case, said))

    def _asked_again(self, case: Case, said: list[Statement]) -> tuple[str, str]:
        """What was decided on the evidence that reviewers saw last, and what has changed since."""
        last = said[-1]
        before = [one for one in said if one.evidence == last.evidence and one.finding == last.finding]
        state = settle(heeded(before), second=False)
        words = f"{BEFORE.both('vi')}: {self._told(state.counted if state else before)}"
        parts = self.parts.get((case.id, last.evidence))
        return words, changes(parts, case.parts) if parts and case.parts else CHANGED["unknown"].both("vi")

    def _told(self, said: Iterable[Statement], with_finding: bool = False) -> str:
        """Who said what, when, of which cause, and their note: `unsure (An, 2026-11-02): “gọi lại”; both_right (Bình, 2026-11-03, RC-01AB)`."""
        words = []
        for one in said:
            finding = f"{one.finding}: " if with_finding and one.finding else ""
            note = self.notes.of(one)
            words.append(f"{finding}{told(one)}" + (f": “{note}”" if note else ""))
        return "; ".join(words)

    def primary(self, case: Case) -> Settled | None:
        """How the decision on the primary finding stands on today's evidence; None if nobody has said anything."""
        return self.state(case, case.primary if case.kind == "mismatch" else PRIMARY)

    def state(self, case: Case, finding: str) -> Settled | None:
        """The same for any of its findings."""
        said = [one for one in self.by_id.get(case.id, ()) if one.evidence == case.evidence and one.finding == finding]
        return settle(heeded(said), finding in self.settings.second_person, self.settings.second_look)

    def results(self, files: Files) -> list[Result]:
        """The rows of `decisions_read`: what became of each decision in the files, and the rows refused."""
        rows = {(row.file, row.row): row for row in files.rows}
        found: list[Result] = []
        for place, line in sorted(self.held.lines.items()):
            row = rows[place[:2]]
            notes = (
                UNNAMED if not row.decided_by else "",
                wrong_day(row.decided_at, self.settings.as_of, self.found.since.get(line["id"])),
            )
            found.append(
                (
                    *place[:2],
                    line["id"],
                    place[2],
                    line["decision"],
                    row.decided_by or None,
                    self._result(place),
                    BETWEEN.join(filter(None, notes)) or None,
                    line.get("cause"),
                )
            )
        found += [_refused(one, "refused") for one in {(one.file, one.row): one for one in self.held.refused}.values()]
        found += [_refused(one, "still_refused") for one in files.again if self._open(one.id)]
        return sorted(found, key=lambda row: (*row[:2], row[3], row[2]))

    def _open(self, id_: str) -> bool:
        """Whether what a refused row was about is still to be decided; so is what no run knows, until somebody mends the row."""
        members = {member.id for shown in self.found.causes.get(id_, {}).values() for member in shown}
        if not members and id_ not in self.found.published:
            return True
        states = [self.primary(self.found.now[one]) for one in members or {id_} if one in self.found.now]
        return any(state is None or state.state != SETTLED for state in states)

    def _result(self, place: Place) -> str:
        said = self.new.get(place)
        if said is None:
            return "known"
        case = self.found.now.get(said.id)
        if case is None:
            return "resolved"
        if case.evidence != said.evidence:
            return "asked_again"
        state = self.state(case, said.finding)
        if state is None or said not in state.counted:
            return "kept_alone" if said.cause and state is not None and not any(one.cause for one in state.counted) else "outvoted"
        if state.state != SETTLED:
            return state.state
        return "applied" if said.finding == (case.primary if case.kind == "mismatch" else PRIMARY) else "noted"

    def verdicts(self) -> list[Verdict]:
        """What decisions in force say of a record and a resident, on questions of today."""
        found: dict[tuple[str, str], Verdict] = {}
        for id_ in sorted(self.by_id):
            case = self.found.now.get(id_)
            state = self.primary(case) if case is not None else None
            if case is not None and state is not None and state.state == SETTLED and state.decision is not None:
                found |= {(case.record_id, person): (case.record_id, person, said, id_) for person, said in _verdicts(case, state.decision)}
        return list(found.values())

    def said_of(self, pair: Pair) -> str | None:
        """The last word that made a verdict on a pair: `not_same_person (An, 2026-11-02; lượt ngày / run of 2026-10-31)`; None if there is none."""
        case = self.found.now.get(pair.case_id)
        about = {case.primary if case.kind == "mismatch" else PRIMARY} if case is not None else set()
        said = self.by_id.get(pair.case_id, [])
        for one in reversed([one for one in said if one.finding in about] or said):
            if one.decision != UNSURE and (one.decision.startswith(CANDIDATE) or (one.decision in _OTHER) == (pair.verdict == "other")):
                return f"{told(one).removesuffix(')')}; lượt ngày / run of {one.read_on})"
        return None

    def pairs(self, verdicts: Sequence[Pair], before: Sequence[Pair]) -> list[Pair]:
        """The rows of `link_decisions`: the `verdicts` of decisions in force, and those of `before` that nothing has overruled.

        A case decided anew in this run has no other verdicts than its new ones; a record has one resident at most.
        """
        again = {one.id for one in self.new.values()} | {row.case_id for row in verdicts}
        chosen = {(row.record_id, row.person_id): row for row in before if row.case_id not in again}
        chosen |= {(row.record_id, row.person_id): row for row in verdicts}
        same = {
            row.record_id: row.person_id
            for row in (*before, *verdicts)
            if row.verdict == "same" and chosen.get((row.record_id, row.person_id)) == row
        }
        return sorted(row for row in chosen.values() if row.verdict != "same" or same[row.record_id] == row.person_id)


def told(one: Statement) -> str:
    """Who said what, when, and of which cause: `partner_wrong (An, 2026-11-02)`."""
    about = (one.decided_by or NOBODY.both("vi"), one.decided_at or one.read_on, one.cause)
    return f"{one.decision} ({', '.join(part for part in about if part)})"


def _verdicts(case: Case, decision: str) -> list[tuple[str, str]]:
    """Whom a decision says the record to be (`same`), and whom not (`other`)."""
    if decision == UNSURE:
        return []
    if decision.startswith(CANDIDATE):
        chosen = int(decision.removeprefix(CANDIDATE)) - 1
        return [(person, "same" if at == chosen else "other") for at, person in enumerate(case.persons)]
    return [(person, "other" if decision in _OTHER else "same") for person in case.persons]


def _refused(one: Refused, result: str) -> Result:
    return one.file, one.row, one.id, "", one.written or None, one.decided_by or None, result, one.reason, None
