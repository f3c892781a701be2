"""What is thought before the reports, and what the model makes of a basis and of families."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from rows import row

from borderflow.calibrate.comparison import comparisons
from borderflow.calibrate.model import FAMILIES_DIFFER, FAMILY_NAME, GROUP_NAME, Basis, Model, Settings
from borderflow.calibrate.parameters import NINETY, free_values
from borderflow.calibrate.reports import Report, reports
from borderflow.calibrate.settings import comparable, settings
from borderflow.evidence.rows import Basis as Counting
from borderflow.evidence.rows import Flow
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario

WIDE = "{value: 1000, calibrated: october, range: [1, 1000000]}"
SCENARIO = """
borderflow: 1
name: october
title: October
start: 2023-10-01
end: 2023-11-30
households: {size: 1}
crossings:
  torkham: &place
    arrivals:
      phases:
        - {phase: a, from: 2023-10-01, shape: ramp, persons_per_day: WIDE}
        - {phase: b, from: 2023-10-05, shape: ramp, persons_per_day: WIDE}
        - {phase: c, from: 2023-10-14, shape: step, persons_per_day: WIDE}
        - {phase: d, from: 2023-10-30, shape: step, persons_per_day: WIDE}
    journey: [gate]
    stations: {gate: {desks: 2, throughput: 2400 persons/day, open: 24 h}}
  spin_boldak:
    arrivals:
      phases:
        - {phase: a, from: 2023-10-01, shape: ramp, persons_per_day: WIDE}
        - {phase: b, from: 2023-10-10, shape: ramp, persons_per_day: WIDE}
        - {phase: c, from: 2023-10-14, shape: step, persons_per_day: WIDE}
    journey: [gate]
    stations: {gate: {desks: 2, throughput: 2400 persons/day, open: 24 h}}
plans: {as_is: {}}
""".replace("WIDE", WIDE)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    file = tmp_path_factory.mktemp("model") / "october.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return load(file)


def model(scenario: Scenario, *rows: Flow, **assumed: object) -> Model:
    free, faults = free_values(scenario, "october")
    assert not faults
    those = comparable(scenario, rows)
    return Model(scenario, free, those, replace(settings(scenario, {}, those), **assumed))  # type: ignore[arg-type]


def read(one: Flow) -> Report:
    """The one comparison that a row gives."""
    (found,) = reports([one], date(2023, 9, 1), date(2023, 12, 31), ["all"])
    return found


def changes(one: Model) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of the changes from level to level before the reports: a–b, b–c, c–d at Torkham, a–b, b–c beyond."""
    cov = np.linalg.inv(one.prior_precision())
    pairs = [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)]
    apart = np.zeros((5, len(one.names)))
    for index, (first, second) in enumerate(pairs):
        apart[index, [first, second]] = -1, 1
    found = apart @ cov @ apart.T
    return np.sqrt(np.diag(found)), found


def test_levels_wander_by_days_and_jump_by_steps(scenario: Scenario) -> None:
    """Ramps of 4, 9 and 9 days by 0.1·√days, the ramp of 4 days too, and a step of 0.8: ranges so wide say nothing."""
    spread, _ = changes(model(scenario, row("one", 900, "05", "05"), ramp_change=0.1))
    assert spread == pytest.approx([0.2, 0.3, 0.8, 0.3, 0.2], rel=0.02)
    spread, _ = changes(model(scenario, row("one", 900, "05", "05"), ramp_change=5.0))
    assert spread == pytest.approx([0.8, 0.8, 0.8, 0.8, 0.8], rel=0.1)  # no ramp changes more than a step


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
def test_crossings_share_the_changes_of_the_days_that_both_have(scenario: Scenario, shared: float) -> None:
    """Torkham 1–5 and 5–14 October beside Spin Boldak 1–10 and 10–14: 4, 5, 0 and 4 days are the same."""
    spread, found = changes(model(scenario, row("one", 900, "05", "05"), ramp_change=0.1, shared_change=shared))
    correlation = found / np.outer(spread, spread)
    days = [4 / math.sqrt(4 * 9), 0, 5 / 9, 4 / math.sqrt(9 * 4)]
    assert [correlation[0, 3], correlation[0, 4], correlation[1, 3], correlation[1, 4]] == pytest.approx(
        [shared * part for part in days], abs=0.03
    )
    assert abs(correlation[0, 1]) < 0.03  # one crossing's own changes are independent
    assert abs(correlation[2, 3]) < 0.03


def test_the_prior_is_the_normal_distribution_of_its_precision(scenario: Scenario) -> None:
    one = model(scenario, row("one", 900, "05", "05"))
    rng = np.random.default_rng(1)
    points = one.centre + rng.standard_normal((4, len(one.names)))
    middle = np.linalg.solve(one.prior_precision(), one.centre / one.spread**2)
    far = points - middle
    by_hand = -0.5 * np.einsum("di,ij,dj->d", far, one.prior_precision(), far)
    assert np.diff(one.log_prior(points)) == pytest.approx(np.diff(by_hand), rel=1e-9)


def test_a_level_far_away_pulls_the_other_crossing_along(scenario: Scenario) -> None:
    """What is known of Torkham's rise is believed of Spin Boldak's in part, and the more the more they share."""
    rises = []
    for shared in (0.0, 0.5, 0.9):
        precision = model(scenario, row("one", 900, "05", "05"), shared_change=shared).prior_precision()
        known, free = [0, 1, 2, 3], [4, 5, 6]
        given = np.array([0.0, 1.0, 2.0, 2.0])  # above the middle of the ranges, at Torkham
        after = -np.linalg.solve(precision[np.ix_(free, free)], precision[np.ix_(free, known)] @ given)
        rises.append(after[2] - after[0])
    assert rises[0] == pytest.approx(0, abs=1e-9)
    assert 0.2 < rises[1] < rises[2] < 2


def test_what_the_scenario_assumes_is_what_the_fit_assumes(scenario: Scenario) -> None:
    said = {
        "ramp_change": 0.3,
        "step_change": 0.7,
        "shared_change": 0.6,
        "group_error": 0.35,
        "misprints": 0.04,
        "persons_per_family": (4.0, 6.0),
    }
    assumed = scenario.model_copy(update={"calibration": scenario.calibration.model_copy(update=said)})
    found = settings(assumed, {}, ())
    assert {word: getattr(found, {"persons_per_family": "family"}.get(word, word)) for word in said} == said


def test_a_basis_counts_in_the_way_of_its_day() -> None:
    """A report belongs to the way of counting that holds on its last day; the first holds for all days before too."""
    ways = Settings((Basis("kp", 0.03), Basis("kp", 0.2, since=date(2023, 11, 1)), Basis("un", 0.04)))
    (early, across, late, other) = (
        read(row("one", 900, *days, "period_returns", basis=basis))
        for days, basis in (
            (("05", "06"), "kp"),
            (("30", "2023-11-01"), "kp"),
            (("2023-11-05",) * 2, "kp"),
            (("05", "05"), "un"),
        )
    )
    assert [ways.basis(one).error for one in (early, across, late, other)] == [0.03, 0.2, 0.2, 0.04]
    assert [one.label for one in ways.bases] == ["kp", "kp since 2023-11-01", "un"]


def test_the_register_says_when_a_way_of_counting_began(scenario: Scenario) -> None:
    """Each way has its own error and share; what the scenario says of a basis holds for all of its ways."""
    plain = Counting("kp_home", "", "", "", date(2023, 9, 17), "", "", 0.03, (0.9, 1.1), "")
    ways = (plain, replace(plain, since=date(2023, 11, 1), relative_error=0.2, counted=(0.5, 0.8)))
    those = comparable(scenario, [row("one", 900, "05", "05"), row("two", 900, "2023-11-05", "2023-11-05")])
    assert settings(scenario, {"kp_home": ways}, those).bases == (
        Basis("kp_home", 0.03, 0.9, 1.1),
        Basis("kp_home", 0.2, 0.5, 0.8, date(2023, 11, 1)),
    )
    said = scenario.model_copy(
        update={"calibration": scenario.calibration.model_copy(update={"errors": {"kp_home": 0.4}})}
    )
    assert [one.error for one in settings(said, {"kp_home": ways}, those).bases] == [0.4, 0.4]


def test_ways_of_counting_are_fitted_apart(scenario: Scenario) -> None:
    rows = [row("one", 900, "05", "05"), row("two", 900, "2023-11-05", "2023-11-05")]
    those = comparable(scenario, rows)
    free, _ = free_values(scenario, "october")
    one = Model(
        scenario, free, those, Settings((Basis("kp_home", 0.03), Basis("kp_home", 0.2, since=date(2023, 11, 1))))
    )
    at = {name: index for index, name in enumerate(one.names)}
    point = one.centre.copy()
    point[at["counted.kp_home since 2023-11-01"]] += math.log(0.5)
    before, after = (one.expected(there[None]) for there in (one.centre, point))
    assert np.exp(after.log_true - before.log_true)[0] == pytest.approx([1.0, 0.5])
    assert before.sigma[0, 1] > before.sigma[0, 0] + 0.05


def test_families_are_the_persons_over_those_in_one(scenario: Scenario) -> None:
    """Of the same day: persons over a number that is fitted, within what is thought of it."""
    one = model(scenario, row("persons", 900, "05", "05"), row("families", 150, "05", "05", "families", basis="media"))
    assert one.names[-1] == FAMILY_NAME
    low, high = (math.exp(one.centre[-1] + side * NINETY * one.spread[-1]) for side in (-1, 1))
    assert (low, high) == pytest.approx((4.5, 6.5))
    point = one.centre.copy()
    point[-1] = math.log(5.0)
    expected = one.expected(point[None])
    families, persons = ([report.families for report in one.reports].index(kind) for kind in (True, False))
    counted = point[one.names.index("counted.media")] - point[one.names.index("counted.kp_home")]
    ratio = math.exp(expected.log_true[0, persons] - expected.log_true[0, families] + counted)
    assert ratio == pytest.approx(5.0)
    assert expected.sigma[0, families] > math.hypot(0.15, FAMILIES_DIFFER) * 0.99


def test_without_groups_and_families_there_is_nothing_to_fit_of_them(scenario: Scenario) -> None:
    assert not {FAMILY_NAME, GROUP_NAME} & set(model(scenario, row("persons", 900, "05", "05")).names)


def with_deported(scenario: Scenario, share: float) -> Scenario:
    return scenario.model_copy(update={"households": scenario.households.model_copy(update={"deported": share})})


def test_the_error_of_a_groups_odds_is_fitted(scenario: Scenario) -> None:
    """It adds to the error of the basis by the part that is not of the group, for groups alone; families stand behind.

    The log of a share p = 1 / (1 + exp(-x)) moves by 1 - p where its odds' log x moves by 1.
    """
    deported = with_deported(scenario, 0.2)
    rows = [
        row("group", 180, "05", "05", population="deported"),
        row("share", 0.2, "05", "05", "share", population="deported"),
        row("peak", 180, "01", "05", "peak_day", population="deported"),
        row("all", 900, "05", "05"),
    ]
    one = model(deported, *rows, row("families", 150, "06", "06", "families"), group_error=0.2)
    assert one.names[-2:] == [GROUP_NAME, FAMILY_NAME]
    point = one.centre.copy()
    point[-2] = math.log(0.5)
    wide = {report.id: sigma for report, sigma in zip(one.reports, one.expected(point[None]).sigma[0], strict=True)}
    plain = {
        report.id: sigma for report, sigma in zip(one.reports, one.expected(one.centre[None]).sigma[0], strict=True)
    }
    for id in ("group", "share", "peak"):
        assert wide[id] ** 2 - plain[id] ** 2 == pytest.approx(0.8**2 * (0.5**2 - 0.2**2)), id
    assert (wide["all"], wide["families"]) == (plain["all"], plain["families"])


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_count_of_nearly_everybody_has_little_of_its_groups_error(scenario: Scenario, share: float) -> None:
    one = model(with_deported(scenario, share), row("group", 500, "05", "05", population="deported"), group_error=0.4)
    sure = model(with_deported(scenario, share), row("group", 500, "05", "05", population="deported"), group_error=1e-6)
    sigma, least = (some.expected(some.centre[None]).sigma[0, 0] for some in (one, sure))
    assert sigma**2 - least**2 == pytest.approx((0.4 * (1 - share)) ** 2)


def test_the_largest_day_of_a_group_is_the_groups(scenario: Scenario) -> None:
    """Not that of everybody."""
    deported = with_deported(scenario, 0.2)
    one = model(deported, row("group", 180, "01", "12", "peak_day", population="deported"), row("all", 900, "12", "12"))
    flow = one.fluid.flow(one.values(one.centre[None]), 1, one.watched)
    number = dict(
        zip([report.id for report in one.reports], one.numbers(flow, one.values(one.centre[None]))[0], strict=True)
    )
    assert number["group"] == pytest.approx(0.2 * number["all"])


@pytest.mark.parametrize("misprints", [0.002, 0.2])
def test_fewer_misprints_make_one_less_likely(scenario: Scenario, misprints: float) -> None:
    """Far from what is expected a report has the density of a misprint, which is in proportion to their share."""
    rows = [row("one", 9e7, "05", "05")]
    found = [
        one.log_density(one.centre[None])[0] - one.log_prior(one.centre[None])[0]
        for one in (model(scenario, *rows, misprints=share) for share in (misprints, 0.02))
    ]
    assert found[0] - found[1] == pytest.approx(math.log(misprints / 0.02), rel=1e-6)


def test_a_report_weighs_less_where_misprints_are_many(scenario: Scenario) -> None:
    """The table's odds of a misprint are in proportion to the odds that a report is one."""
    odds = []
    for share in (0.02, 0.2):
        one = model(scenario, row("one", 2000, "05", "05"), misprints=share)
        (compared,) = comparisons(one, one.centre[None], seed=1)
        assert compared.weight is not None
        odds.append((1 - compared.weight) / compared.weight / (share / (1 - share)))
    assert odds[0] == pytest.approx(odds[1])
    assert odds[0] > 0
