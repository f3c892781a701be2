"""Known values found again from made-up reports; and the fluid beside the simulation."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from borderflow.calibrate import fit
from borderflow.calibrate.calibration import prepared
from borderflow.calibrate.fit import axes, information, nearby, optimum
from borderflow.calibrate.likelihood import log_densities, told
from borderflow.calibrate.model import Model
from borderflow.calibrate.parameters import NINETY
from borderflow.calibrate.recover import Recovered, around, before, made_up, recover
from borderflow.scenario.load import load

SMALL = Path(__file__).parent / "small" / "autumn.yaml"
CASES = 12


@pytest.fixture(scope="module")
def model() -> Model:
    return prepared(load(SMALL, draws=False))[0]


def test_ninety_percent_intervals_hold_their_values(model: Model) -> None:
    """Twelve cases of eleven values. Cases are independent, the values of one case are not: each value by itself may
    be missed as often as a binomial allows once in a thousand tests of all eleven; and the share held of all, were the
    values of a case held or missed as one, stays above its mean less 3.1 standard deviations.
    """
    began = time.process_time()
    found = recover(model, seed=1, cases=CASES)
    assert time.process_time() - began < 30
    assert len(found.values) == CASES * len(model.names)
    assert len(found.seconds) == CASES
    assert max(found.seconds) < 20
    least = binom.ppf(0.001 / len(model.names), CASES, 0.9)
    for name in model.names:
        assert sum(one.covered for one in found.values if one.name == name) >= least, name
    assert found.coverage >= 0.9 - 3.1 * math.sqrt(0.9 * 0.1 / CASES)
    # An interval so wide that it holds everything says nothing: it is narrower than what was thought before.
    levels = [one for one in found.values if one.kind == "level"]
    wide = float(np.mean([one.high - one.low for one in levels]))
    assert wide < 0.5 * 2 * NINETY * float(np.mean(around(model).spread[:2]))


@pytest.mark.slow
def test_two_hundred_cases_cover_85_to_95_percent(model: Model) -> None:
    assert 0.85 <= recover(model, seed=2, cases=200).coverage <= 0.95


def test_a_case_depends_on_the_seed_and_its_number_alone(model: Model) -> None:
    """Two cases are the first two of three; two workers give what one gives."""
    two, three = recover(model, 3, cases=2), recover(model, 3, cases=3)
    assert two.values == three.values[: len(two.values)]
    assert recover(model, 3, cases=2, workers=2).values == two.values
    assert recover(model, 4, cases=2).values != two.values


def test_values_are_drawn_as_the_prior_says(model: Model) -> None:
    """Mean and covariance of many draws; and the prior's density rises nowhere from its middle."""
    rng = np.random.default_rng(1)
    drawn = np.array([before(model, rng) for _ in range(4000)])
    covariance = np.linalg.inv(model.prior_precision())
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.1 * np.max(np.diag(covariance)))
    middle = np.linalg.solve(model.prior_precision(), model.centre / model.spread**2)
    assert drawn.mean(axis=0) == pytest.approx(middle, abs=0.08)
    height = model.log_prior(middle[None])[0]
    assert np.all(model.log_prior(drawn) <= height)
    quadratic = np.einsum("ij,jk,ik->i", drawn - middle, model.prior_precision(), drawn - middle)
    assert model.log_prior(drawn) == pytest.approx(height - 0.5 * quadratic)


def test_narrower_ranges_lie_around_the_scenarios_own_values(model: Model) -> None:
    narrow = around(model)
    many = len(model.free)
    assert narrow.centre[:many] == pytest.approx([float(one.inner(one.value)) for one in model.free])
    assert narrow.spread[:many] == pytest.approx(0.5 * model.spread[:many])
    assert narrow.spread[many:] == pytest.approx(model.spread[many:])


def test_made_up_reports_are_told_as_the_likelihood_has_them(model: Model) -> None:
    """The mean log density of reports made up is minus the entropy of what made them: higher than of any others."""
    rng = np.random.default_rng(1)
    truth = around(model).centre
    expected = model.expected(truth[None])
    sets = [made_up(model, truth, rng) for _ in range(400)]

    def mean(moved: float = 0.0, factor: float = 1.0, misprints: float = model.settings.misprints) -> float:
        log_true, sigma = expected.log_true + moved, factor * expected.sigma
        return float(np.mean([log_densities(some, log_true, sigma, misprints).sum() for some in sets]))

    held = mean()
    assert held > max(mean(factor=0.7), mean(factor=1.4), mean(moved=-0.05), mean(moved=0.05))
    assert held > max(mean(misprints=0.1), mean(misprints=0.001))


@pytest.mark.parametrize("misprints", [0.02, 0.1])
def test_so_many_reports_are_something_else(model: Model, misprints: float) -> None:
    rng = np.random.default_rng(2)
    truth = np.full(len(model.reports), math.log(1000.0))
    found = np.array([told(model.reports, truth, np.full(len(truth), 1e-6), misprints, rng) for _ in range(2000)])
    exact = [index for index, one in enumerate(model.reports) if one.qualifier == "exact"]
    wrong = float(np.mean(np.abs(np.log(found[:, exact] / 1000)) > 1e-3))
    assert wrong == pytest.approx(misprints, rel=0.1)


def test_made_up_reports_keep_all_but_their_numbers(model: Model) -> None:
    made = made_up(model, around(model).centre, np.random.default_rng(1))
    for one, other in zip(model.reports, made, strict=True):
        assert (one.ids, one.qualifier, one.basis, one.first, one.last) == (
            other.ids, other.qualifier, other.basis, other.first, other.last,
        )  # fmt: skip
        assert other.high / other.value == pytest.approx(one.high / one.value)


def test_the_fluid_stands_for_the_simulation(model: Model) -> None:
    """Twenty runs: of all numbers, about nine in ten lie within the 90 % that the days' variation leaves around the
    fluid, and their mean is the fluid's (a number of one run is off by a tenth, so that of 20 by 2.5 %)."""
    found = recover(model, seed=1, cases=1, runs=20)
    assert found.agreement is not None
    assert 0.80 <= found.agreement <= 0.98
    off = [math.log(one.simulated / one.fluid) for one in found.stood]
    assert float(np.mean(off)) == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("crossings.torkham.arrivals.phases.calm.persons_per_day", "level"),
        ("crossings.torkham.arrivals.phases.calm.towards", "level"),
        ("crossings.torkham.arrivals.phases.rush.half_life", "half-life"),
        ("crossings.torkham.stations.exit_check.throughput.2023-11-01", "throughput"),
        ("crossings.torkham.arrivals.variation.cv", "day-to-day variation"),
        ("households.groups.acc", "share of a group"),
        ("households.deported", "share of a group"),
        ("error.kp_home", "error of a basis"),
        ("counted.kp_home", "share counted"),
        ("two_crossings.0001-01-01", "share of the crossings"),
        ("group_error", "error of a group's odds"),
        ("persons_per_family", "persons in a family"),
    ],
)
def test_kinds_of_values(name: str, kind: str) -> None:
    assert Recovered(0, name, 0, 0, 0, 0).kind == kind


def test_where_the_surface_is_no_bowl_nothing_is_wider_than_before(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a kink second differences say anything, and a walk that begins far out never comes back. The curvature is put
    there by hand, as no data put a kink at a stated place."""
    point = optimum(model, seed=1, starts=1).point
    many = len(point)
    usual, _ = axes(model, point)
    assert usual.max() <= 1.0
    monkeypatch.setattr(fit, "curvature", lambda model, point: np.diag([-167.0, *[4.0] * (many - 1)]))
    widths, vectors = axes(model, point)
    kink = int(np.argmax(np.abs(vectors[0])))
    assert sorted(np.delete(widths, kink)) == [0.5] * (many - 1)
    instead = model.spread[0] ** 2 * information(model, point)[0, 0]
    assert widths[kink] == pytest.approx(1 / math.sqrt(instead))
    far = (nearby(model, point, 200, np.random.default_rng(1)) - point) / model.spread
    assert np.abs(far).max() < 5


def test_the_search_ends_at_a_top_and_knows_its_slope(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """No step of any value, up or down, gains more than what the search holds for nothing; and along the axes of the
    information, where the surface is nearly round, eleven values in three stages take fewer than 25 looks at it (a
    slope that points elsewhere takes 38)."""
    looks = 0
    usual = Model.log_density

    def counted(self: Model, points: np.ndarray, room: float = 0.0) -> np.ndarray:
        nonlocal looks
        looks += 1
        return usual(self, points, room)

    for chosen in (model, around(model)):
        looks = 0
        with monkeypatch.context() as patched:
            patched.setattr(Model, "log_density", counted)
            found = optimum(chosen, seed=1, starts=1)
        assert looks < 25
        for step in (0.003, 0.02):
            steps = np.vstack([step * np.diag(chosen.spread), -step * np.diag(chosen.spread)])
            gained = chosen.log_density(found.point + steps) - found.log_density
            assert gained.max() < 1e-3, step


class Normal:
    """Thirty values whose standard deviations are 0.1 to 3 and of which neighbours are correlated by 0.6, around 0.

    It stands for a model: no reports give a posterior whose widths can be said beforehand.
    """

    deviations = np.geomspace(0.1, 3, 30)
    spread = np.full(30, 5.0)
    covariance = np.outer(deviations, deviations) * 0.6 ** np.abs(np.subtract.outer(np.arange(30), np.arange(30)))
    precision = np.linalg.inv(covariance)

    def log_density(self, points: np.ndarray) -> np.ndarray:
        return np.asarray(-0.5 * np.einsum("ij,jk,ik->i", points, self.precision, points))


def test_the_curvature_of_a_normal_distribution_is_its_precision() -> None:
    """In units of the spread, which is 5 for each: second differences of a parabola are exact, mixed ones too."""
    of = Normal()
    found = fit.curvature(of, np.full(30, 0.3))  # type: ignore[arg-type]
    assert found == pytest.approx(25 * of.precision, rel=1e-6, abs=1e-6 * float(np.abs(25 * of.precision).max()))


def test_the_sample_is_as_wide_as_the_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ensembles that agree may be wrong alike: here widths and correlations are known. They hold within what 400
    independent draws can tell (a standard deviation to 3.5 %, three times that is allowed); their mean within 3 %."""
    of = Normal()
    widths, vectors = np.linalg.eigh(of.covariance / 25)
    monkeypatch.setattr(fit, "axes", lambda model, point: (np.sqrt(widths), vectors))
    found = fit.posterior(of, np.zeros(30), seed=1, longest=20_000, rows=4000)  # type: ignore[arg-type]
    assert found.r_hat < fit.AT_REST
    ratio = found.draws.std(axis=0) / of.deviations
    assert ratio.mean() == pytest.approx(1, abs=0.03)
    assert ratio == pytest.approx(np.ones(30), abs=0.12)
    alike = np.corrcoef(found.draws.T)
    assert np.diag(alike, 1) == pytest.approx(np.full(29, 0.6), abs=0.12)


class Shouldered:
    """A density in three coordinates, each three parts in four of standard deviation 1 and one of 4: of 2.18 in all.

    It stands for a model, as above.
    """

    spread = np.ones(3)

    def log_density(self, points: np.ndarray) -> np.ndarray:
        parts = 0.75 * np.exp(-0.5 * points**2) + 0.25 * np.exp(-0.5 * (points / 4) ** 2) / 4
        return np.log(parts).sum(axis=1)


def test_short_chains_find_the_width_that_the_top_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """The top of a density with a shoulder looks as if its standard deviation were 1.03; it is 2.18. Nobody finds all
    of that in 200 steps, but as many steps that keep to what the top looks like find less."""
    of = Shouldered()
    top = 1 / math.sqrt((0.75 + 0.25 / 4**3) / (0.75 + 0.25 / 4))
    assert top == pytest.approx(1.03, abs=0.01)
    monkeypatch.setattr(fit, "axes", lambda model, point: (np.full(3, top), np.eye(3)))
    start = np.array([0.5, -0.5, 0.0])
    drawn = [fit.short_chains(of, start, 5000, np.random.default_rng(seed)) for seed in range(8)]  # type: ignore[arg-type]
    found = np.array([one.std(axis=0).mean() for one in drawn])
    assert 1.68 < found.mean() < math.sqrt(0.75 + 0.25 * 16)
    assert np.mean(drawn, axis=(0, 1)) == pytest.approx(np.zeros(3), abs=0.15)
    kept = fit.KEPT + fit.ROUNDS * fit.ROUND
    monkeypatch.setattr(fit, "ROUNDS", 0)
    plain = [fit.short_chains(of, start, 5000, np.random.default_rng(seed), kept) for seed in range(8)]  # type: ignore[arg-type]
    assert np.mean([one.std(axis=0).mean() for one in plain]) < found.mean()


def test_longer_short_chains_tell_the_same_anew_with_less_luck(model: Model) -> None:
    """Means of the draws differ from one try to the next; four times the steps halve that, about."""
    point = optimum(model, 1, starts=1).point

    def luck(kept: int) -> float:
        tries = [fit.short_chains(model, point, 40 * kept, np.random.default_rng(seed), kept) for seed in range(8)]
        return float(np.mean(np.std([one.mean(axis=0) for one in tries], axis=0) / tries[0].std(axis=0)))

    assert luck(4 * fit.KEPT) < 0.7 * luck(fit.KEPT)


def test_short_chains_agree_with_the_long_ones(model: Model) -> None:
    """Of each value of a real fit: nine in ten of the long sample lie within the 5–95 % of the short one."""
    point = optimum(model, 1, starts=1).point
    short = fit.short_chains(model, point, 2000, np.random.default_rng(1))
    long = fit.posterior(model, point, 1, longest=3000).draws
    low, high = np.quantile(short, [0.05, 0.95], axis=0)
    held = np.mean((long >= low) & (long <= high), axis=0)
    assert held.mean() == pytest.approx(0.9, abs=0.02)
    assert held == pytest.approx(np.full(len(held), 0.9), abs=0.06)


def test_draws_are_counted_by_what_moves_by_itself() -> None:
    """Walkers that move by themselves count each; those that all do as one count once; slow steps count less.

    An AR(1) with correlation 0.8 is worth (1 − 0.8) / (1 + 0.8) = 1/9 of its steps.
    """
    rng = np.random.default_rng(3)
    ensembles, steps, walkers = 2, 4000, 6
    apart = rng.standard_normal((ensembles, steps, walkers, 1))
    assert fit._effective(apart) == pytest.approx(ensembles * steps * walkers, rel=0.15)
    as_one = np.repeat(apart[:, :, :1], walkers, axis=2)
    assert fit._effective(as_one) == pytest.approx(ensembles * steps, rel=0.15)
    slow = apart.copy()
    for step in range(1, steps):
        slow[:, step] = 0.8 * slow[:, step - 1] + math.sqrt(1 - 0.8**2) * apart[:, step]
    assert fit._effective(slow) == pytest.approx(ensembles * steps * walkers / 9, rel=0.25)
    assert fit._effective(np.concatenate([apart, as_one], axis=3)) == pytest.approx(ensembles * steps, rel=0.15)
