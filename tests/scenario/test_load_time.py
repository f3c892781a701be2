"""Loading is quick: processor seconds, so that a busy machine makes no difference to the rule."""

from __future__ import annotations

import time
from pathlib import Path

from written import WRONG

from borderflow.scenario.load import load

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"


def seconds(path: Path) -> float:
    began = time.process_time()
    load(path)
    return time.process_time() - began


def test_the_quickstart_loads_in_under_four_tenths_of_a_second() -> None:
    """With all that it extends and its register."""
    assert seconds(QUICKSTART) < 0.4


def test_a_file_of_200_kib_loads_in_under_six_seconds(tmp_path: Path) -> None:
    """Some 1,500 stations, each with a service time, desks with a source, and hours."""
    names = [f"s{number}" for number in range(1460)]
    stations = "".join(
        f"      {name}: {{service: {{gamma: {{mean: 3 min, cv: 0.5}}}}, desks: {{value: 16, "
        'assumed: "seen there", range: [1, 30]}, open: 08:00-18:00}\n'
        for name in names
    )
    truck = "      transport: {fleet: trucks}\n"
    text = (WRONG / "base.yaml").read_text().replace(truck, truck + stations)
    text = text.replace("registration, kits,", f"registration, kits, {', '.join(names)},")
    assert 200 * 1024 <= len(text) <= 256 * 1024
    (tmp_path / "large.yaml").write_text(text)
    assert seconds(tmp_path / "large.yaml") < 6
