"""Fitting: the most probable point from many starts, and a sample of all points that agree with the reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from borderflow.calibrate.model import Model
from borderflow.calibrate.parameters import Floats

STARTS = 6
"""Starts of the search: the middle of what was thought before, and points drawn around it."""
SPREAD_OF_STARTS = 0.5
"""Share of the prior's standard deviation by which the other starts are scattered."""
STEP = 1e-3
ROOM = (0.5, 0.15, 0.0)
"""Error (log scale) that is added to every report's, in the stages of a search."""
CLOSE = 1e-6
"""The search ends where a step gains less than this share of the log density (or less than this, below 1)."""
PLAIN = 3.0
"""A report this many standard deviations away steers the search by half: it may be wrong."""
ROWS = 400
"""Draws kept of the posterior."""
ENSEMBLES = 2
ENOUGH = 400
"""Effective draws that end the sampling, once the ensembles agree and each is long enough for τ to be known."""
LONG_ENOUGH = 10
"""Autocorrelation times τ that the second half of each ensemble must last."""
THIN = 5
"""Every so many steps are kept: neighbours tell the same, and memory is finite."""
MIXED = 1.05
"""Largest split R̂ (Gelman and others, Bayesian Data Analysis, 3rd edition, section 11.4) that counts as converged."""
AT_REST = 1.02
"""Split R̂ at which the sampling may end before its time."""
BATCH = 250
CHAINS, ROUNDS, ROUND, KEPT = 50, 3, 30, 110
"""Short chains: how many, rounds and steps of each in which they learn where and how wide the posterior is, and steps
that are kept."""
MOVES = (0.25, 0.5)
"""Sizes of a short chain's moves; 1 would draw anew."""
WIDER = 1.15
"""Short chains propose from so much wider a distribution than was found: tails cost more than a few refusals."""

Told = Callable[[str, float], None]


@dataclass(frozen=True)
class Optimum:
    """The best point found, and the others that the search ended at, best first: (log density, distance in sd)."""

    point: Floats
    log_density: float
    ends: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Posterior:
    """Draws (rows, names) in random order, and how well the sampler mixed."""

    draws: Floats
    steps: int
    autocorrelation: float
    r_hat: float
    effective: float
    acceptance: float

    @property
    def converged(self) -> bool:
        return self.r_hat <= MIXED and self.effective >= ROWS / 2


def optimum(
    model: Model, seed: int, start: Floats | None = None, starts: int = STARTS, told: Told | None = None
) -> Optimum:
    """The most probable point, by quasi-Newton search (L-BFGS-B) from several starts.

    The first start is the middle of what was thought before, unless another is given, and not the values as the
    scenario has them: a fit that has been written into its scenario can be made again.
    """
    rng = np.random.default_rng(seed)
    first = model.centre if start is None else start
    found: list[tuple[float, Floats]] = []
    for number in range(starts):
        point = first if number == 0 else first + SPREAD_OF_STARTS * model.spread * rng.standard_normal(len(first))
        found.append(_climb(model, point))
        if told is not None:
            told("searching", (number + 1) / starts)
    found.sort(key=lambda one: -one[0])
    best = found[0][1]
    ends = tuple((height, float(np.max(np.abs(point - best) / model.spread))) for height, point in found)
    return Optimum(best, found[0][0], ends)


def _climb(model: Model, start: Floats) -> tuple[float, Floats]:
    """Where the search from a point ends: with room for error first, which is then taken away."""
    point = start
    for room in ROOM:
        height, point = _ascend(model, point, room)
    return height, point


def _ascend(model: Model, start: Floats, room: float) -> tuple[float, Floats]:
    """The nearest top, searched along directions in which the posterior is about as wide as in every other."""
    many = len(start)
    along = np.linalg.inv(np.linalg.cholesky(information(model, start, room))).T
    steps = STEP * np.diag(model.spread)  # one value at a time: most of what the others make need be reckoned but once

    def downhill(there: Floats) -> tuple[float, Floats]:
        point = start + along @ there
        heights = model.log_density(np.vstack([point[None], point + steps, point - steps]), room)
        slope = (heights[1 : many + 1] - heights[many + 1 :]) / (2 * STEP * model.spread)
        return -float(heights[0]), -(slope @ along)

    ended = minimize(
        downhill,
        np.zeros(many),
        jac=True,
        method="L-BFGS-B",
        options={"maxcor": 30, "maxiter": 30 if room else 500, "ftol": 1e-4 if room else CLOSE},
    )
    return -float(ended.fun), start + along @ np.asarray(ended.x)


def information(model: Model, point: Floats, room: float = 0.0) -> Floats:
    """Prior precision and what the reports add to it, if each were a normal count (Gauss–Newton). (names, names)"""
    many, steps = len(point), np.eye(len(point)) * STEP
    middle = model.expected(point[None])
    sigma = np.hypot(middle.sigma[0], room)
    around = model.expected(np.vstack([point + steps, point - steps])).log_true
    slopes = (around[:many] - around[many:]) / (2 * STEP) / sigma
    far = (np.log([one.middle for one in model.reports]) - middle.log_true[0]) / sigma
    found: Floats = model.prior_precision() + (slopes / (1 + (far / PLAIN) ** 2)) @ slopes.T
    return found


def curvature(model: Model, point: Floats, step: float = 1e-2) -> Floats:
    """Minus the matrix of second derivatives of the log density at a point, in units of the prior's spread.

    Mixed ones come from steps up alone: what depends on it is how far a sampler moves, not what it finds.
    """
    many, unit = len(point), step * model.spread
    up = [point + unit * (np.arange(many) == i) for i in range(many)]
    down = [point - unit * (np.arange(many) == i) for i in range(many)]
    first, second = np.triu_indices(many, 1)
    both = [up[i] + up[j] - point for i, j in zip(first, second, strict=True)]
    points = np.array([point, *up, *down, *both])
    height = np.concatenate([model.log_density(points[i : i + BATCH]) for i in range(0, len(points), BATCH)])
    middle, ups, downs = height[0], height[1 : many + 1], height[many + 1 : 2 * many + 1]
    found = np.diag(-(ups - 2 * middle + downs) / step**2)
    mixed = (height[2 * many + 1 :] - ups[first] - ups[second] + middle) / step**2
    found[first, second] = found[second, first] = -mixed
    return found


def axes(model: Model, point: Floats) -> tuple[Floats, Floats]:
    """Axes of the normal distribution that touches the posterior at its top (Laplace), and its widths along them.

    In units of the prior's spread: widths (names,), axes (names, names) in columns. Reports make nothing wider than it
    was thought before, so a curvature is at least 1. Where the surface is no bowl, as at the kink where a line begins
    to form before the gate, the curvature is that of Gauss and Newton.
    """
    values, vectors = np.linalg.eigh(curvature(model, point))
    smooth = model.spread[:, None] * information(model, point) * model.spread
    instead = np.einsum("ij,ik,kj->j", vectors, smooth, vectors)
    return 1 / np.sqrt(np.maximum(np.where(values < 1, instead, values), 1.0)), vectors


def nearby(model: Model, point: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Draws from the normal distribution along the posterior's axes. Shape (draws, names)."""
    scale, vectors = axes(model, point)
    normal = rng.standard_normal((draws, len(point)))
    scattered: Floats = point + model.spread * ((normal * scale) @ vectors.T)
    return scattered


def short_chains(model: Model, point: Floats, draws: int, rng: np.random.Generator, kept: int = KEPT) -> Floats:
    """Draws of the posterior around its top, at a small part of what ``posterior`` costs. Shape (draws, names).

    Metropolis–Hastings chains whose moves leave a normal distribution as it is, and so need only make good where the
    posterior differs from it (preconditioned Crank–Nicolson: Cotter and others, Statistical Science 28, 2013). At first
    it is the normal approximation; after each round it has the means and widths that the chains have found along its
    axes, since a posterior with shoulders is wider than its top looks. They are too short to find another top.
    """
    widths, vectors = axes(model, point)
    centre, along = point, model.spread[:, None] * (vectors * (WIDER * widths))
    there = rng.standard_normal((CHAINS, len(point))) / WIDER
    for _ in range(ROUNDS):
        found = _wander(model, centre, along, there, ROUND, rng)
        settled = found[ROUND // 2 :].reshape(-1, len(point))
        means, widths = settled.mean(axis=0), WIDER * settled.std(axis=0)
        there = (found[-1] - means) / widths
        centre, along = centre + along @ means, along * widths
    sample = _wander(model, centre, along, there, kept, rng).reshape(-1, len(point))
    chosen: Floats = centre + sample[rng.choice(len(sample), size=draws, replace=False)] @ along.T
    return chosen


def _wander(model: Model, centre: Floats, along: Floats, start: Floats, steps: int, rng: np.random.Generator) -> Floats:
    """Chains of the posterior in coordinates in which a normal distribution has mean 0 and covariance 1.

    ``start`` is (chains, names), what is found (steps, chains, names).
    """

    def height(there: Floats) -> Floats:
        density = model.log_density(centre + there @ along.T)
        return density + np.asarray(0.5 * (there**2).sum(axis=1), dtype=np.float64)

    there, stands = start, height(start)
    found = np.empty((steps, *start.shape))
    for step in range(steps):
        move = rng.choice(MOVES, size=(len(start), 1))
        proposed = np.sqrt(1 - move**2) * there + move * rng.standard_normal(there.shape)
        new = height(proposed)
        taken = np.log(rng.random(len(start))) < new - stands
        there, stands = np.where(taken[:, None], proposed, there), np.where(taken, new, stands)
        found[step] = there
    return found


def posterior(
    model: Model, point: Floats, seed: int, longest: int = 6000, rows: int = ROWS, told: Told | None = None
) -> Posterior:
    """A sample of the posterior by affine-invariant ensembles (emcee: Foreman-Mackey and others, PASP 125, 2013).

    Differential-evolution moves, which suit many dimensions (Nelson and others, ApJS 210, 2014), and no snooker moves:
    those of emcee 3.1.6 weigh distances with half the power that they should, and make 50 values a sixth too narrow.
    Independent ensembles start from the normal approximation, and their agreement (split R̂ over ensembles and halves)
    says whether they have converged; not whether both are wrong alike. The same seed gives the same draws.
    """
    import emcee  # only a fit that is sampled needs it

    walkers = 2 * (len(point) + 1)
    rng = np.random.default_rng(seed)
    moves = emcee.moves.DEMove()
    samplers = []
    for _ in range(ENSEMBLES):
        sampler = emcee.EnsembleSampler(walkers, len(point), model.log_density, moves=moves, vectorize=True)
        sampler._random.seed(int(rng.integers(2**32)))  # its only source of chance, kept apart from NumPy's global one
        samplers.append((sampler, nearby(model, point, walkers, rng)))
    done = 0
    states = [start for _, start in samplers]
    while True:
        many = max(1, longest // 12 // THIN)
        for index, (sampler, _) in enumerate(samplers):
            states[index] = sampler.run_mcmc(states[index], many, thin_by=THIN, skip_initial_state_check=True)
        done += many * THIN
        begun = done // THIN // 2
        chains = np.stack([sampler.get_chain(discard=begun) for sampler, _ in samplers])
        slow = [sampler.get_autocorr_time(discard=begun, quiet=True, tol=0) for sampler, _ in samplers]
        tau = THIN * float(np.max(slow))
        mixed = _r_hat(chains)
        effective = _effective(chains)
        ended = done >= longest or (mixed < AT_REST and effective >= ENOUGH and done / 2 > LONG_ENOUGH * tau)
        if told is not None:
            told("sampling", 1.0 if ended else done / longest)
        if ended:
            break
    everything = chains.reshape(-1, len(point))
    kept = everything[rng.choice(len(everything), size=rows, replace=False)]
    accepted = float(np.mean([np.mean(sampler.acceptance_fraction) for sampler, _ in samplers]))
    return Posterior(kept, done, tau, mixed, effective, accepted)


def _effective(chains: Floats) -> float:
    """Independent draws that the chains are worth, for the name of which they are worth fewest.

    The walkers of an ensemble move by one another, so the ensemble's mean is what wanders about by itself: its variance
    and its own autocorrelation time say how well the mean of all is known (Goodman and Weare, Communications in Applied
    Mathematics and Computational Science 5, 2010, section 4). ``chains``: (ensembles, steps, walkers, names).
    """
    import emcee

    ensembles, steps, _, names = chains.shape
    means = chains.mean(axis=2).transpose(1, 0, 2)
    slow = np.maximum(emcee.autocorr.integrated_time(means, quiet=True, tol=0), 1.0)
    known = means.reshape(-1, names).var(axis=0) * slow / (ensembles * steps)
    worth = chains.reshape(-1, names).var(axis=0) / known
    return float(worth.min())


def _r_hat(chains: Floats) -> float:
    """Largest split R̂ over the names. ``chains``: (ensembles, steps, walkers, names); an ensemble's half is a chain."""
    ensembles, steps, walkers, names = chains.shape
    half = steps // 2
    parts = chains[:, : 2 * half].reshape(ensembles * 2, half * walkers, names)
    within = parts.var(axis=1, ddof=1).mean(axis=0)
    between = parts.mean(axis=1).var(axis=0, ddof=1)
    return float(np.sqrt(np.max(1 + between / within)))
