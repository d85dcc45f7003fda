"""An audit's interval holds the truth as often as it says, whatever the run was like; kappa and the allocation by examples."""

from __future__ import annotations

import numpy as np
import pytest

from matching.audit import LEAST, OTHER, SAME, Answered, Stratum, allocate, kappa, precision_and_recall
from tests.matching.audit_runs import RUNS, covered


@pytest.mark.parametrize("why", RUNS)
def test_the_interval_holds_the_truth(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """250 draws here, 1,000 in the soak; 95 % of 250 lie between 225 and 249 but for one time in a thousand."""
    monkeypatch.setattr("matching.audit.DRAWS", 2_000)
    precision, recall = covered(RUNS[why], draws=250, seed=7)
    assert 0.90 <= precision <= 0.996 and 0.90 <= recall <= 0.996


def test_everything_looked_at_is_known() -> None:
    answers = [Answered(Stratum("A5", True, 90, 89.0), 88, 2, 0), Answered(Stratum("B1", False, 30, 3.0), 4, 26, 0)]
    precision, recall = precision_and_recall(answers)
    assert precision is not None and recall is not None
    assert (precision.low, precision.value, precision.high) == pytest.approx((88 / 90,) * 3)
    assert (recall.low, recall.value, recall.high) == pytest.approx((88 / 92,) * 3)


def test_the_unsure_tell_nothing() -> None:
    sure = precision_and_recall([Answered(Stratum("A5", True, 1_000, 999.0), 95, 5, 0)])
    unsure = precision_and_recall([Answered(Stratum("A5", True, 1_000, 999.0), 95, 5, 40)])
    assert sure == unsure and sure[0] is not None and sure[0].low < 0.95 < sure[0].high
    assert precision_and_recall([Answered(Stratum("A5", True, 10, 9.9), 0, 0, 10)]) == (None, None)


@pytest.mark.parametrize("size", [50, 400, 5_000])
def test_the_allocation_spends_what_there_is(size: int) -> None:
    strata = [
        Stratum("A4", True, 40, 39.0),
        Stratum("A5", True, 14_000, 13_999.9),
        Stratum("B2", False, 600, 200.0),
        Stratum("C1", False, 5, 0.1),
    ]
    drawn = allocate(strata, size)
    assert sum(drawn) == min(size, sum(s.size for s in strata))
    assert all(min(LEAST, s.size) <= n <= s.size for s, n in zip(strata, drawn, strict=True))
    assert size == 50 or drawn[1] > drawn[2] > drawn[3] == 5


def test_kappa() -> None:
    """The example of Cohen (1960), in counts: agreement 0.7, by chance 0.41... worked out by hand for two answers."""
    pairs = {(SAME, SAME): 20, (SAME, OTHER): 5, (OTHER, SAME): 10, (OTHER, OTHER): 15}
    assert kappa(pairs) == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    assert kappa({(SAME, SAME): 9}) is None and kappa({}) is None
    assert kappa({(SAME, SAME): 5, (OTHER, OTHER): 5}) == 1


def test_the_estimate_does_not_depend_on_chance() -> None:
    answers = [Answered(Stratum("A5", True, 1_000, 999.0), 95, 5, 0), Answered(Stratum("B1", False, 500, 20.0), 3, 60, 0)]
    assert precision_and_recall(answers) == precision_and_recall(answers)
    assert np.isfinite([precision_and_recall(answers)[1].high]).all()  # type: ignore[union-attr]
