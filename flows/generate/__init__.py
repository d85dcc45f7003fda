"""Fictional worlds with truth: register, contracts and what is true of each contract, at any size, byte-identical from a seed.

Everyone in them is invented; only the administrative units are real. A world is made to be like the country, not like the
matcher: each kind of noise has somebody who would write so behind it (`noise.py`), and the truth is derived from the facts
of the finished world (`truth.py`), never from the branch that made a contract.
"""

from flows.generate.world import WorldSummary, generate_world

__all__ = ["WorldSummary", "generate_world"]
