"""The planning charts of a results folder: which there are, and their files."""

from __future__ import annotations

from pathlib import Path

from borderflow.report import arrivals, queues, spaces, stocks, style
from borderflow.report.folder import read

CHARTS = {"arrivals": arrivals, "queues": queues, "stocks": stocks, "spaces": spaces}


def draw(folder: Path, out: Path | None = None) -> list[Path]:
    """Draw every chart of a results folder into ``out`` (its own ``charts/``); the files written, chart by chart.

    Each chart is an SVG, a PNG, and a CSV of what is drawn. More than four plans take further sheets (``queues-2``),
    each with the baseline; where nothing is held there is no chart of stocks, and without spaces none of them.
    Raises ``Unverified`` where the folder has no manifest.
    """
    held = read(folder)
    to = folder / "charts" if out is None else out
    to.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, noun in CHARTS.items():
        for number, plans in enumerate(noun.sheets(held), start=1):
            drawn = noun.table(held, plans)
            spec = style.specification(noun.chart(held, drawn, plans), drawn)
            written += style.write(spec, drawn, to / (name if number == 1 else f"{name}-{number}"))
    return written
