"""One call makes a world: commune after commune, each from the seed and its own index, so memory holds one at a time."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from flows.generate.clerk import Clerk
from flows.generate.dice import Dice
from flows.generate.letters import fold
from flows.generate.neighbours import Neighbourhood, Plan, neighbourhood
from flows.generate.people import Person
from flows.generate.places import OldStreet
from flows.generate.truth import Facts
from flows.generate.units import PEOPLE_A_COMMUNE, communes, how_many
from flows.generate.writer import Block, block, write_world

SMALLEST, LARGEST = 100, 1000 * PEOPLE_A_COMMUNE
WORKERS, ALONE = 2, 150_000


@dataclass(frozen=True)
class WorldSummary:
    """What was made: sizes, and how many contracts there are of each true outcome."""

    people: int
    contracts: int
    communes: int
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Made:
    """What `_plan` is asked with: small enough to be handed to a process for each commune."""

    people: int
    seed: int
    old_street: OldStreet | None


def generate_world(
    people: int, seed: int, out: Path, contracts_per_person: float = 0.3, output: str = "runs", old_street: OldStreet | None = None
) -> WorldSummary:
    """Write register.csv, contracts.csv, truth.csv and run.toml of a fictional world into `out`; the same for the same arguments.

    `output` is what run.toml says about where runs go; `old_street` puts one cause of many mismatches into the world. ValueError
    for a world smaller than 100 people or larger than 30 million, or for more than one contract a person.
    """
    if not SMALLEST <= people <= LARGEST:
        raise ValueError(f"people: expected {SMALLEST} to {LARGEST:,}, got {people:,}")
    if not 0 < contracts_per_person <= 1:
        raise ValueError(f"contracts_per_person: expected more than 0 and at most 1, got {contracts_per_person}")
    plan = _plan(people, seed, old_street)
    counts = Dice(seed, "contracts").split(round(people * contracts_per_person), plan.people)
    outcomes: Counter[str] = Counter()

    def blocks() -> Iterator[Block]:
        """The lines of each commune, its outcomes counted on the way."""
        for lines, of_commune in _made(_Made(people, seed, old_street), counts):
            outcomes.update(of_commune)
            yield lines

    write_world(out, output, blocks())
    return WorldSummary(people, sum(counts), len(plan.communes), dict(sorted(outcomes.items())))


def _made(what: _Made, counts: list[int]) -> Iterator[tuple[Block, Counter[str]]]:
    """The communes in order; those of a large world are made by two processes, a few ahead of the one that is written."""
    if what.people < ALONE:
        yield from (_commune(what, index, contracts) for index, contracts in enumerate(counts))
        return
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        ahead: deque[Future[tuple[Block, Counter[str]]]] = deque()
        for index, contracts in enumerate(counts):
            ahead.append(pool.submit(_commune, what, index, contracts))
            if len(ahead) > WORKERS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


@lru_cache(maxsize=1)
def _plan(people: int, seed: int, old_street: OldStreet | None = None) -> Plan:
    """The communes of the world and how its people are spread over them: none is exactly like another."""
    chosen = communes(how_many(people))
    dice = Dice(seed, "plan")
    return Plan(seed, chosen, tuple(dice.split(people, [0.85 + 0.3 * dice.random() for _ in chosen])), old_street)


def _commune(what: _Made, index: int, contracts: int) -> tuple[Block, Counter[str]]:
    """Make one commune -> its lines, and its contracts by true outcome."""
    here = neighbourhood(_plan(what.people, what.seed, what.old_street), index)
    known: dict[str, list[Person]] = defaultdict(list)
    for person in _known(here):
        known[fold(person.name)].append(person)
    written = Clerk(here, known).contracts(contracts)
    facts = Facts(here, known, written)
    truths = [facts.truth(contract) for contract in written]
    return block(_registered(here), written, truths), Counter(truth.outcome for truth in truths)


def _registered(here: Neighbourhood) -> list[Person]:
    """Whose rows this commune writes: its residents, and the people registered elsewhere who have a place here."""
    households = [*here.households, *(guest.household for guest in here.guests)]
    return [member for household in households for member in household.members]


def _known(here: Neighbourhood) -> list[Person]:
    """Everybody with a registered residence in the commune: who a contract here may seem to mean."""
    guests = [member for guest in here.guests for member in guest.household.members if member.temporary or member.current]
    others = [member for household in here.others for member in household.members]
    return [*(member for household in here.households for member in household.members), *guests, *others]
