"""Calibration and run-to-run told apart: by hand, against closed forms, and on data whose components are known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from borderflow.measure.components import components, posterior_rows
from borderflow.measure.summary import summarise, wilson
from borderflow.scenario.calibration import Calibration, Draws
from borderflow.scenario.scenario import Scenario

NAN = math.nan


def of(values: list[list[float]]) -> dict[str, float]:
    """The components of one indicator, given its values by row."""
    flat = np.array([value for row in values for value in row])
    rows = np.array([number for number, row in enumerate(values) for _ in row])
    found = components(flat[None], rows[None])
    return {word: float(getattr(found, word)[0]) for word in found.__dataclass_fields__}


def drawn(rows: int) -> Scenario:
    """A scenario of which only the number of its draws matters."""
    sample = Draws(("x",), tuple((1.0,) for _ in range(rows)))
    return Scenario.model_construct(
        calibration=Calibration(draws=sample), costs={}, plans={}, crossings={}, warehouses={}
    )


def replications(values: list[float], indicator: str = "wait_mean") -> pd.DataFrame:
    keys = {"plan": "base", "crossing": "torkham", "station": "gate", "item": "", "group": "", "indicator": indicator}
    rows = [{**keys, "replication": r, "value": v, "lower_bound": False} for r, v in enumerate(values)]
    return pd.DataFrame(rows)


def test_two_replications_share_a_row() -> None:
    """0 and 1 the first, 2 and 3 the second; after the last row the first again."""
    assert posterior_rows(np.arange(9), 3).tolist() == [0, 0, 1, 1, 2, 2, 0, 0, 1]


def test_balanced_components_by_hand() -> None:
    """Rows (1, 3), (5, 7), (9, 11): MSA = 32, MSE = 2, so the rows' variance is (32 − 2) ÷ 2; the error is 4 ÷ √3."""
    found = of([[1, 3], [5, 7], [9, 11]])
    assert found["sd_calibration"] == pytest.approx(math.sqrt(15))
    assert found["sd_run"] == pytest.approx(math.sqrt(2))
    assert found["error"] == pytest.approx(4 / math.sqrt(3))
    assert found["rows"] == 3
    # ρ = 15/17, the design effect 1 + ρ
    assert found["effective"] == pytest.approx(6 / (1 + 15 / 17))


def test_unbalanced_components_by_hand() -> None:
    """Rows (2, 4), (9): mean 5; SSA = 2·4 + 16, SSE = 2, n₀ = 3 − 5/3; so (24 − 2) ÷ (4/3)."""
    found = of([[2, 4], [9]])
    assert found["sd_calibration"] == pytest.approx(math.sqrt(22 / (4 / 3)))
    assert found["sd_run"] == pytest.approx(math.sqrt(2))
    # 2/1 · ((2/3)²·(3 − 5)² + (1/3)²·(9 − 5)²)
    assert found["error"] == pytest.approx(math.sqrt(2 * (4 / 9 * 4 + 1 / 9 * 16)))
    rho = 16.5 / 18.5
    assert found["effective"] == pytest.approx(3 / (1 + (5 / 3 - 1) * rho))


def test_a_negative_variance_is_none() -> None:
    """Rows that differ less than their own values: nothing is calibration, and all replications count for a share."""
    found = of([[0, 10], [1, 9], [2, 8.5]])
    assert found["sd_calibration"] == 0
    assert found["effective"] == 6


def test_what_cannot_be_told_is_not() -> None:
    """One row: no error and no calibration. One replication a row: the two cannot be told apart."""
    one = of([[1.0, 3.0]])
    assert math.isnan(one["error"])
    assert math.isnan(one["sd_calibration"])
    assert one["sd_run"] == pytest.approx(math.sqrt(2))
    single = of([[1.0], [3.0], [4.0]])
    assert math.isnan(single["sd_calibration"])
    assert math.isnan(single["sd_run"])
    assert single["error"] == pytest.approx(stats.sem([1, 3, 4]))
    assert np.isnan(components(np.full((1, 4), NAN), np.array([[0, 0, 1, 1]])).error).all()


def test_a_constant_has_no_spread_at_all() -> None:
    """0.1 six times: exactly nothing, whatever rounding does; a share may still differ between rows."""
    found = of([[0.1, 0.1]] * 3)
    assert (found["error"], found["sd_calibration"], found["sd_run"]) == (0, 0, 0)
    assert found["effective"] == 3


def test_undefined_values_are_left_out_of_their_row() -> None:
    """A value that is undefined leaves its row with one; rows without any do not count."""
    values = np.array([[2.0, 4.0, 9.0, NAN, NAN, NAN]])
    rows = np.array([[0, 0, 1, 1, 2, 2]])
    found = components(values, rows)
    whole = of([[2, 4], [9]])
    for word, expected in whole.items():
        assert getattr(found, word)[0] == pytest.approx(expected)


def test_indicators_do_not_touch_each_other() -> None:
    """Many at once give what each gives alone, in whatever order its replications come."""
    rng = np.random.default_rng(3)
    values, rows = rng.normal(size=(5, 12)), np.array([rng.permutation(np.repeat(np.arange(6), 2)) for _ in range(5)])
    together = components(values, rows)
    for number in range(5):
        alone = components(values[number : number + 1], rows[number : number + 1])
        for word in together.__dataclass_fields__:
            assert getattr(together, word)[number] == pytest.approx(getattr(alone, word)[0])


@pytest.mark.parametrize("alone", [0, 100])
def test_known_components_are_found(alone: int) -> None:
    """Rows of sd 3 and runs of sd 2, 400 rows of two (or 100 of them cut to one): within 99.9 % of the theory.

    Balanced: MSA/E[MSA] ~ χ²(a−1)/(a−1) and MSE likewise, exactly; the mean of 300 estimates is normal.
    """
    rng = np.random.default_rng(11)
    many, rows = 300, 400
    values = rng.normal(0, 3, (many, rows, 1)) + rng.normal(0, 2, (many, rows, 2))
    values[:, :alone, 1] = NAN
    number = np.tile(np.repeat(np.arange(rows), 2), (many, 1))
    found = components(values.reshape(many, -1), number)
    for estimate, truth in ((found.sd_calibration**2, 9.0), (found.sd_run**2, 4.0)):
        error = estimate.std(ddof=1) / math.sqrt(many)
        assert abs(estimate.mean() - truth) < 3.2905 * error
    if not alone:
        # Var(σ²_A) = 2·(E[MSA]²/(a−1) + E[MSE]²/(N−a)) ÷ n², Searle and others, section 3.5
        theory = math.sqrt(2 * (22**2 / (rows - 1) + 4**2 / rows) / 4)
        ratio = (many - 1) * (found.sd_calibration**2).var(ddof=1) / theory**2
        assert stats.chi2.ppf(0.0005, many - 1) < ratio < stats.chi2.ppf(0.9995, many - 1)
    # Var(mean) = (Σ n_i² σ_A² + N σ²) ÷ N²
    total = 2 * rows - alone
    known = math.sqrt((9 * (4 * (rows - alone) + alone) + 4 * total) / total**2)
    assert found.error.mean() == pytest.approx(known, rel=0.02)


def test_the_interval_counts_rows() -> None:
    """Student's t over the means of the rows, with rows − 1 degrees of freedom, and not over replications."""
    row = summarise(replications([1.0, 3.0, 5.0, 7.0, 9.0, 11.0]), drawn(10)).iloc[0]
    low, high = stats.t.interval(0.95, 2, 6.0, stats.sem([2, 6, 10]))
    assert low < 0
    assert [row["mean"], row["ci_low"], row["ci_high"]] == pytest.approx([6.0, 0.0, high])  # nobody waits less than 0
    assert [row["sd_calibration"], row["sd_run"]] == pytest.approx([math.sqrt(15), math.sqrt(2)])


def test_without_draws_nothing_is_split() -> None:
    """The columns are there and empty."""
    row = summarise(replications([1.0, 3.0, 5.0, 7.0])).iloc[0]
    assert row[["sd_calibration", "sd_run"]].isna().all()
    low, _ = stats.t.interval(0.95, 3, 4.0, stats.sem([1, 3, 5, 7]))
    assert row["ci_low"] == pytest.approx(max(0, low))


def test_rows_that_come_round_are_one_row() -> None:
    """Two draws and eight replications: two rows of four."""
    row = summarise(replications([1.0, 3.0, 5.0, 7.0, 2.0, 2.0, 6.0, 6.0]), drawn(2)).iloc[0]
    assert row["sd_calibration"] == pytest.approx(math.sqrt((32 - 4 / 6 * 1) / 4))
    high = stats.t.interval(0.95, 1, 4.0, stats.sem([2, 6]))[1]
    assert row["ci_high"] == pytest.approx(high)


def test_fewer_than_two_rows_have_no_interval() -> None:
    """Two replications on one row say nothing of calibration."""
    for name in ("wait_mean", "standard"):
        row = summarise(replications([0.0, 1.0], name), drawn(5)).iloc[0]
        assert row[["ci_low", "ci_high", "sd_calibration"]].isna().all()


def test_a_probability_counts_rows_as_far_as_they_are_alike() -> None:
    """Rows all yes or all no: Wilson's interval of the rows. Rows no more alike than chance: of all replications."""
    alike = summarise(replications([1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0], "standard"), drawn(9)).iloc[0]
    exact = stats.binomtest(3, 4).proportion_ci(method="wilson")
    assert [alike["ci_low"], alike["ci_high"]] == pytest.approx([exact.low, exact.high])
    apart = summarise(replications([1.0, 0.0] * 5, "standard"), drawn(9)).iloc[0]
    exact = stats.binomtest(5, 10).proportion_ci(method="wilson")
    assert [apart["ci_low"], apart["ci_high"]] == pytest.approx([exact.low, exact.high])
    always = summarise(replications([1.0] * 10, "standard"), drawn(9)).iloc[0]
    exact = stats.binomtest(5, 5).proportion_ci(method="wilson")
    assert [always["ci_low"], always["ci_high"]] == pytest.approx([exact.low, exact.high])


@pytest.mark.parametrize("alike", [0.0, 0.3, 0.8])
def test_the_interval_of_a_probability_holds_it(alike: float) -> None:
    """25 rows of two, a probability of 80 %: held in 92 to 98 % of cases, however alike the rows are.

    Counting replications, as if each had a row of its own, would hold it in fewer than 89 % where rows are alike.
    """
    rng = np.random.default_rng(5)
    cases = 1000
    spread = 1 / alike - 1 if alike else 0
    chance = rng.beta(0.8 * spread, 0.2 * spread, (cases, 25)) if alike else np.full((cases, 25), 0.8)
    values = (rng.random((cases, 25, 2)) < chance[:, :, None]).astype(float).reshape(cases, -1)
    found = components(values, np.tile(np.repeat(np.arange(25), 2), (cases, 1)))
    share = values.mean(axis=1)

    def held(many: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        low, high = wilson(share * many, many)
        return float(((low <= 0.8) & (high >= 0.8)).mean())

    assert 0.92 <= held(found.effective) <= 0.98
    assert alike < 0.8 or held(np.full(cases, 50.0)) < 0.89
