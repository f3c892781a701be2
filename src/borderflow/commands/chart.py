"""``borderflow chart``: the pictures of a results folder."""

from __future__ import annotations

from pathlib import Path

from borderflow.commands.endings import DONE
from borderflow.commands.printing import answer


def chart(folder: Path, out: Path | None) -> int:
    """Draw the charts and say where they are."""
    drawn = draw(folder, out)
    pictures = sorted({path.with_suffix("").name for path in drawn})
    place = out or folder / "charts"
    answer(f"{len(pictures)} charts in {place}: {', '.join(pictures)}")
    return DONE


def draw(folder: Path, out: Path | None = None) -> list[Path]:
    """Draw; what lies in the results folder is taken up into its manifest as the last step."""
    from borderflow.experiment.layout import readable
    from borderflow.experiment.manifest import Manifest, forget, renew
    from borderflow.experiment.results import Results
    from borderflow.report import charts

    inside = (out or folder / "charts").resolve().is_relative_to(folder.resolve())
    if inside:
        charted = [name for name in Manifest.read(folder).outputs if name.startswith("charts/")]
        readable(folder)  # before anything is taken out of the manifest of a folder that is refused
        forget(folder, charted)
    Results.open(folder)
    drawn = charts.draw(folder, out)
    if inside:
        renew(folder, drawn, "chart")
    return drawn
