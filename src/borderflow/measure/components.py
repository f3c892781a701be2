"""Why replications differ: the posterior row that they run on (calibration), and chance alone (run-to-run).

One-way random effects: a value is the mean, plus the effect of its row, plus what is left. Replications 2k and 2k + 1
share a row, so that the two can be told apart, and what is known of the mean is counted in rows, not in replications.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from borderflow.network.network import Floats, Ints


@dataclass(frozen=True)
class Components:
    """One entry for each indicator; NaN where it cannot be told. Shape (indicators,).

    ``rows``: posterior rows with a value. ``error``: standard error of the mean over all values. ``sd_calibration``
    and ``sd_run``: standard deviation between rows and within them. ``effective``: so many independent replications
    would know a share as well.
    """

    rows: Floats
    error: Floats
    sd_calibration: Floats
    sd_run: Floats
    effective: Floats


def posterior_rows(replications: Ints, rows: int) -> Ints:
    """The posterior row of each replication, where there are so many rows."""
    return np.asarray(replications, dtype=np.int64) // 2 % rows


def components(values: Floats, rows: Ints) -> Components:
    """The variance components of each indicator. ``values``, ``rows``: shape (indicators, replications).

    ``rows`` is the posterior row of each value; undefined values (NaN) are left out, so rows may hold unequal numbers.

    * The components are the analysis-of-variance estimators, for unequal numbers too; a negative one is 0 (Searle,
      Casella and McCulloch, Variance Components, 1992, section 3.6).
    * The error is that of a mean over clusters of unequal size, Σ(n_i/N)²(m_i − m)²·a/(a − 1) with a rows, n_i values
      and means m_i (Cochran, Sampling Techniques, 3rd edition, 1977, chapter 9A); with equal numbers it is the
      standard deviation of the row means ÷ √a.
    * The effective number is N ÷ the design effect 1 + (Σn_i²/N − 1)·ρ (Kish, Survey Sampling, 1965, section 5.4), ρ
      the share of the variance between rows. Where nothing varies ρ is taken as 1: that rows differ is not ruled out.
    """
    defined = ~np.isnan(values)
    many = int(rows.max(initial=0)) + 1
    cell = (np.arange(len(values))[:, None] * many + rows)[defined]
    base = values[np.arange(len(values)), defined.argmax(axis=1)] if values.size else np.zeros(len(values))
    gaps = (values - base[:, None])[defined]
    count = np.bincount(cell, minlength=len(values) * many).reshape(-1, many).astype(np.float64)
    sums = np.bincount(cell, weights=gaps, minlength=len(values) * many).reshape(-1, many)
    means = sums / np.maximum(count, 1)
    within = np.bincount(cell, weights=(gaps - means.ravel()[cell]) ** 2, minlength=len(values) * many)
    with np.errstate(invalid="ignore", divide="ignore"):
        total, held = count.sum(axis=1), (count > 0).sum(axis=1).astype(np.float64)
        apart = np.where(count > 0, means - (sums.sum(axis=1) / total)[:, None], 0.0) ** 2
        squares = (count**2).sum(axis=1)
        between = np.where(held > 1, (count * apart).sum(axis=1) / (held - 1), np.nan)
        left = within.reshape(-1, many).sum(axis=1) / np.where(total > held, total - held, np.nan)
        of_rows = np.maximum(0.0, (between - left) / ((total - squares / total) / (held - 1)))
        error = np.sqrt(
            np.where(held > 1, ((count / total[:, None]) ** 2 * apart).sum(axis=1) * held / (held - 1), np.nan)
        )
        alike = np.where(of_rows + left > 0, of_rows / (of_rows + left), 1.0)
        effective = total / (1 + (squares / total - 1) * alike)
    return Components(held, error, np.sqrt(of_rows), np.sqrt(left), effective)
