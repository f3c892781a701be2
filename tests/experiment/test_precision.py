"""Enough replications: added until the interval is as narrow as was asked, and no sooner."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from test_run import digests

from borderflow.experiment.batch import Failure, Outcome
from borderflow.experiment.precision import Enough, Precision, look_ahead
from borderflow.experiment.refusal import WrongUse
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario

HERE = Path(__file__).parent
CROSSED = "crossed@torkham:5%"


def outcome(replication: int, *values: float) -> Outcome:
    """One replication in which ``crossed`` at Torkham was this under each of so many plans."""
    many = len(values)
    columns = {
        "plan": [f"p{plan}" for plan in range(many)],
        "crossing": ["torkham"] * many,
        **{name: [""] * many for name in ("station", "item", "group")},
        "indicator": ["crossed"] * many,
        "value": pa.array(values, pa.float64(), from_pandas=True),
    }
    return Outcome(replication, {"indicators": pa.table(columns)})


def needed(scenario: Scenario, values: list[float], share: float, rows: int = 0) -> tuple[Enough, int]:
    """How many of the values are taken up until there are enough."""
    enough = Enough([Precision.parse(f"crossed@torkham:{100 * share:g}%", scenario)], rows)
    for n, value in enumerate(values, start=1):
        if enough.add(outcome(n - 1, value)):
            return enough, n
    return enough, len(values)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("share", "cv"), [(0.05, 0.12), (0.1, 0.5), (0.02, 0.2)])
def test_as_many_as_the_replications_algorithm_of_sim_tools(
    scenario: Scenario, seed: int, share: float, cv: float
) -> None:
    """The same numbers, from five replications on: the same answer, below and beyond a hundred."""
    tools = pytest.importorskip("sim_tools.output_analysis")
    values = np.random.default_rng(seed).normal(1000, 1000 * cv, 700)

    class Model:
        def single_run(self, replication_number: int) -> dict[str, float]:
            return {"crossed": values[replication_number]}

    class Algorithm(tools.ReplicationsAlgorithm):
        """Without its last step, which looks below the replications that it was told to begin with, and beyond a
        hundred takes back the longer look-ahead of Hoad, Robinson and Davies that it had kept to before."""

        def find_position(self, lst: list[float]) -> None:
            return None

    algorithm = Algorithm(half_width_precision=share, initial_replications=5, look_ahead=5, replication_budget=600)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, _ = algorithm.select(Model(), ["crossed"])
    enough, taken = needed(scenario, list(values[:600]), share)
    assert enough.settled
    assert enough.reached == found["crossed"]
    assert taken == enough.reached + look_ahead(taken)


def test_the_width_is_that_of_students_interval(scenario: Scenario) -> None:
    """Half the 95 % interval over the mean, worked out beside it."""
    values = [90.0, 110.0, 100.0, 130.0, 70.0, 104.0]
    enough, _ = needed(scenario, values, 0.001)
    half = stats.t.ppf(0.975, 5) * np.std(values, ddof=1) / math.sqrt(6)
    assert enough.widest is not None
    assert enough.widest.width == pytest.approx(half / np.mean(values), rel=1e-12)
    assert enough.told()["reached"] is False


def test_five_at_least_and_then_the_look_ahead(scenario: Scenario) -> None:
    """A constant is precise at once: five replications, held over five more."""
    enough, taken = needed(scenario, [7.0] * 50, 0.05)
    assert (enough.reached, taken) == (5, 10)


def test_a_precision_that_is_lost_again_does_not_count(scenario: Scenario) -> None:
    """Precise at five, wide again at seven: it begins anew from where it is precise for good."""
    enough, taken = needed(scenario, [100.0, 101, 99, 100, 100, 100, 300, *[130.0] * 300], 0.1)
    assert enough.reached is not None
    assert enough.reached > 7
    assert taken > 12


def test_every_plan_and_place_must_be_precise(scenario: Scenario) -> None:
    """One plan is constant, the other is not: the other decides, and is named."""
    noise = np.random.default_rng(1).normal(100, 20, 300)
    enough = Enough([Precision.parse(CROSSED, scenario)], 0)
    taken = next(n for n in range(300) if enough.add(outcome(n, 5.0, noise[n]))) + 1
    assert taken > 30
    assert enough.widest is not None
    assert enough.widest.plan == "p1"


def test_with_draws_pairs_come_and_rows_are_counted(scenario: Scenario) -> None:
    """Two replications of a row are one number: ten replications at least, an even number, the width over rows."""
    enough, taken = needed(scenario, [7.0] * 50, 0.05, rows=40)
    assert (enough.reached, taken) == (10, 20)
    of_rows = np.repeat(np.random.default_rng(3).normal(100, 15, 200), 2)
    pairs, many = needed(scenario, list(of_rows), 0.05, rows=400)
    alone, _ = needed(scenario, list(of_rows[::2]), 0.05)
    assert many % 2 == 0
    assert pairs.reached == 2 * (alone.reached or 0)


def test_a_failed_replication_counts_without_a_value(scenario: Scenario) -> None:
    enough = Enough([Precision.parse(CROSSED, scenario)], 0)
    enough.add(Outcome(0, failure=Failure(0, "no")))
    taken = next(n for n in range(1, 50) if enough.add(outcome(n, 5.0))) + 1
    assert taken == 10


def test_what_is_never_defined_is_never_precise(scenario: Scenario) -> None:
    enough, taken = needed(scenario, [math.nan] * 30, 0.5)
    assert not enough.settled
    assert enough.widest is None
    assert taken == 30


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("crossed", "a precision is INDICATOR:SHARE"),
        ("crossed:5", "a precision is INDICATOR:SHARE"),
        ("crosed:5%", "there is no indicator 'crosed', did you mean"),
        ("crossed@torkam:5%", "there is no crossing 'torkam', did you mean 'torkham'"),
        ("crossed:0%", "0.1 % to 100 %"),
        ("crossed:200%", "0.1 % to 100 %"),
        ("crossed@torkham.gate:5%", "is not told for the place"),
    ],
)
def test_what_cannot_be_is_refused(scenario: Scenario, tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        run(scenario, workers=1, out=tmp_path / "out", precision=[text])


def test_a_run_takes_what_it_needs_and_is_the_run_of_that_many(scenario: Scenario, tmp_path: Path) -> None:
    """One worker or two: the same number of replications and bytes; the stored scenario repeats them without asking."""
    asked = {"plans": ["more_desks"], "precision": ["arrived@torkham:30%"], "most": 40}
    one = run(scenario, workers=1, out=tmp_path / "one", **asked)  # type: ignore[arg-type]
    told = one.manifest.precision
    assert told is not None
    assert told["reached"]
    assert one.manifest.replications == told["at"] + 5 < 40
    two = run(scenario, workers=2, out=tmp_path / "two", **asked)  # type: ignore[arg-type]
    assert digests(two.folder) == digests(one.folder)
    again = run(load(one.folder / "scenario.yaml"), workers=1, out=tmp_path / "again")
    assert digests(again.folder) == digests(one.folder)
    assert run(scenario, workers=1, out=tmp_path / "one", **asked).reused  # type: ignore[arg-type]


def test_at_the_cap_the_width_reached_is_told(scenario: Scenario, tmp_path: Path) -> None:
    """Not reached with the most that was allowed: all of them are kept, and how wide it still is."""
    results: Results = run(scenario, ["more_desks"], workers=1, out=tmp_path, precision=["cost@torkham:0.1%"], most=6)
    told = results.manifest.precision
    assert told is not None
    assert (told["reached"], told["at"], results.manifest.replications) == (False, None, 6)
    row = results.indicators.query("indicator == 'cost' and crossing == 'torkham' and station == '' and item == ''")
    half = ((row["ci_high"] - row["ci_low"]) / 2 / row["mean"]).iloc[0]
    assert told["widest"]["width"] == pytest.approx(half, rel=1e-6)


def test_an_indicator_without_a_place_is_asked_of_every_place(scenario: Scenario, tmp_path: Path) -> None:
    """``wait_p95:5%``, as it is written: reached only once the waits at every station of both crossings are."""
    asked = {"plans": ["more_desks"], "workers": 1}
    cut: Results = run(scenario, out=tmp_path / "cut", precision=["wait_p95:5%"], most=6, **asked)  # type: ignore[arg-type]
    told = cut.manifest.precision
    assert told is not None
    assert (told["reached"], told["at"], cut.manifest.replications) == (False, None, 6)
    rows = cut.indicators.query("indicator == 'wait_p95' and group == ''")
    assert set(rows["crossing"]) == {"torkham", "spin_boldak"}
    assert set(rows["station"]) >= {"gate", "registration", "kits", "transport"}
    half = (rows["ci_high"] - rows["ci_low"]) / 2
    shares = (half / rows["mean"].abs()).where(half > 0, 0.0)
    assert told["widest"]["width"] == pytest.approx(shares.max(), rel=1e-6)
    widest = rows.loc[shares.idxmax()]
    assert (told["widest"]["crossing"], told["widest"]["station"]) == (widest["crossing"], widest["station"])
    # Known within as much as six replications know it, it is reached, and stays so for the look-ahead.
    wide = f"wait_p95:{min(100.0, 250 * shares.max()):.1f}%"
    reached: Results = run(scenario, out=tmp_path / "reached", precision=[wide], most=40, **asked)  # type: ignore[arg-type]
    told = reached.manifest.precision
    assert told is not None
    assert told["reached"]
    assert reached.manifest.replications == told["at"] + 5
