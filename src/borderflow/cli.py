"""The command line: what may be asked, and with which words. What is done stands in ``borderflow.commands``.

Nothing heavy is imported here, so that ``borderflow --help`` answers at once.
"""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import borderflow

if TYPE_CHECKING:
    from datetime import date

Command = Callable[..., int]


def _told(function: Command) -> Callable[..., None]:
    """Whatever happens in a command ends in a line on stderr and an exit code, never in a traceback."""

    @functools.wraps(function)
    def told(*given: Any, debug: bool, **named: Any) -> None:
        from borderflow.commands.endings import ending
        from borderflow.experiment.interrupts import termination_raises

        gc.set_threshold(100_000)  # modules as they load make many objects, and no garbage
        try:
            with termination_raises():
                code = function(*given, **named)
        except (click.exceptions.Exit, click.ClickException, SystemExit):
            raise
        except BaseException as error:
            code = ending(error, debug)
        raise click.exceptions.Exit(code)

    return told


_DEBUG = click.option("--debug", is_flag=True, help="Show the traceback of an error.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_SETS = click.option(
    "--set", "sets", metavar="PATH=VALUE", multiple=True, help="Change a value of the scenario; repeatable."
)
_SCENARIO = click.argument("scenario", metavar="SCENARIO", type=click.Path(path_type=Path))
_OUT = click.option(
    "--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True, help="Folder for the results."
)
_WORKERS = click.option("--workers", type=int, metavar="N", help="Worker processes; default: one per processor.")
_QUIET = click.option("--quiet", is_flag=True, help="No progress on stderr.")
_FORCE = click.option("--force", is_flag=True, help="Replace the results of another run.")
_ENGINE = click.option(
    "--engine", type=click.Choice(["auto", "compiled", "simpy"]), default="auto", show_default=True, help="The engine."
)
_PLAN = click.option("--plan", "plans", metavar="NAME", multiple=True, help="A plan to run; repeatable. Default: all.")
_REPLICATIONS = click.option("--replications", type=int, metavar="N", help="Instead of the scenario's number.")
_LARGE = (
    click.option("--allow-long", is_flag=True, help="Let the scenario last more than three years."),
    click.option("--yes-really", is_flag=True, help="Let more people come than a laptop can hold."),
)
_CLUSTER = click.option(
    "--cluster", metavar="ADDRESS", help="Run on the workers of this Dask scheduler, such as tcp://10.0.0.5:8786."
)
_RESUME = click.option("--resume", is_flag=True, help="Go on with a run that was cut off.")
_SEED = click.option("--seed", type=int, metavar="N", help="Instead of the scenario's seed.")


def _date(text: str) -> date:
    """Read a calendar date in ISO form."""
    from datetime import date

    try:
        if len(text) != len("2023-11-01"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not a date; write it as year-month-day, such as 2023-11-01"
        raise click.BadParameter(message) from None


def _several(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def add(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(borderflow.__version__, prog_name="borderflow")
def cli() -> None:
    """Prepare the reception of people at a border crossing: simulate who comes, what receives them, and compare
    capacity plans on a real calendar.

    \b
    What happens under this scenario?   borderflow run SCENARIO
    Which capacity plan is better?      borderflow compare SCENARIO
    Show it to those who decide.        borderflow chart results/NAME
    """


@cli.command()
@_several(_SCENARIO, _PLAN, _REPLICATIONS, _SEED, _SETS, _OUT, _ENGINE, _WORKERS, _CLUSTER, _FORCE, _RESUME, *_LARGE)
@click.option(
    "--precision",
    metavar="INDICATOR[@PLACE]:SHARE",
    multiple=True,
    help="Add replications until the 95 % interval is within this share of the mean: wait_p95@torkham:5%; repeatable.",
)
@click.option("--most", type=int, metavar="N", help="With --precision: the most replications (default 200).")
@click.option("--check", is_flag=True, help="Exit with 4 if a standard is not met.")
@click.option("--chart", is_flag=True, help="Draw the charts too.")
@click.option("--needs", is_flag=True, help="Print what is needed, by week.")
@click.option("--only", type=int, metavar="N", help="Run replication N by itself and write nothing (to find a fault).")
@_several(_JSON, _QUIET, _DEBUG)
@_told
def run(**asked: Any) -> int:
    """Simulate a scenario under its plans, and store the tables in results/NAME."""
    from borderflow.commands.run import run as command

    return command(**asked)


@cli.command()
@click.argument("what", metavar="RESULTS_FOLDER_OR_SCENARIO", type=click.Path(path_type=Path))
@click.option("--baseline", metavar="PLAN", help="Compare with this plan; default: the first.")
@click.option("--all", "everything", is_flag=True, help="Every indicator, not the main ones.")
@_several(_PLAN, _REPLICATIONS, _SEED, _SETS, _OUT, _ENGINE, _WORKERS, _CLUSTER, _FORCE, _RESUME, *_LARGE)
@_several(_JSON, _QUIET, _DEBUG)
@_told
def compare(**asked: Any) -> int:
    """Compare plans: the paired difference of each to a baseline, and how sure it is."""
    from borderflow.commands.compare import compare as command

    return command(**asked)


@cli.command()
@click.argument("folder", metavar="RESULTS_FOLDER", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Another folder; default: RESULTS_FOLDER/charts.")
@_DEBUG
@_told
def chart(**asked: Any) -> int:
    """Draw the charts of a results folder (SVG, PNG, PDF, with the plotted data)."""
    from borderflow.commands.chart import chart as command

    return command(**asked)


@cli.command()
@_SCENARIO
@click.option("--write", is_flag=True, help="Put the fitted values into the scenario file.")
@click.option("--out", type=click.Path(path_type=Path), help="Another folder; default: calibration/ beside SCENARIO.")
@_SEED
@click.option("--rows", type=click.IntRange(2, 5000), default=400, show_default=True, help="Draws to keep.")
@click.option("--quick", is_flag=True, help="A first look: searches and samples a fraction of the usual time.")
@click.option("--force", is_flag=True, help="Replace the files of an earlier fit.")
@click.option(
    "--check", is_flag=True, help="Judge the fit instead: reports left out foretold, known values found again."
)
@click.option(
    "--cases", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Made-up cases of --check."
)
@click.option(
    "--block", type=click.IntRange(1, 366), default=7, show_default=True, help="Days that --check leaves out at a time."
)
@_several(_WORKERS, _JSON, _QUIET, _DEBUG)
@_told
def calibrate(**asked: Any) -> int:
    """Fit the arrivals to what was reported: each report beside the model, and how sure the levels are."""
    from borderflow.commands.calibrate import calibrate as command

    return command(**asked)


@cli.command()
@_several(_SCENARIO, _SETS, *_LARGE)
@click.option("--engines", is_flag=True, help="Run every plan with both engines; exit with 4 if they differ.")
@click.option("--replications", type=int, metavar="N", help="With --engines: how many to compare (default 2).")
@_several(_JSON, _DEBUG)
@_told
def check(engines: bool, replications: int | None, **asked: Any) -> int:
    """Say whether a scenario file is right: every fault with its place, or what the scenario holds."""
    if engines:
        from borderflow.commands.engines import check_engines

        return check_engines(replications=replications, **asked)
    if replications is not None:
        raise click.UsageError("--replications goes with --engines")
    from borderflow.commands.check import check as command

    return command(**asked)


@cli.command()
@_SCENARIO
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--diff", "other", metavar="OTHER", type=click.Path(path_type=Path), help="Only what differs in OTHER.")
@click.option(
    "--source",
    "bases",
    type=click.Choice(["none", "evidence", "calibrated", "assumed"]),
    multiple=True,
    help="Only values that rest on this; repeatable.",
)
@click.option("--plan", "plans", metavar="NAME", multiple=True, help="With what this plan changes; repeatable.")
@click.option("--history", is_flag=True, help="Also what each value took the place of.")
@click.option("--defaults", is_flag=True, help="Also what no file says.")
@_several(_SETS, _JSON, _DEBUG)
@_told
def show(**asked: Any) -> int:
    """Show every value of a scenario with its unit, where it is written, and what it rests on.

    PATH keeps a block or a value, such as torkham.stations or '*.desks'.
    """
    from borderflow.commands.show import show as command

    return command(**asked)


@cli.command()
@click.argument("target", metavar="[NAME|FILE]", required=False)
@click.option(
    "--from", "source", metavar="SCENARIO", default="quickstart", show_default=True, help="The shipped scenario."
)
@click.option("--list", "show", is_flag=True, help="List the shipped scenarios.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@_DEBUG
@_told
def init(**asked: Any) -> int:
    """Write a scenario to begin with: a commented copy of a shipped one, with all that it needs."""
    from borderflow.commands.init import init as command

    return command(**asked)


@cli.command()
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write it into this file.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@_DEBUG
@_told
def schema(**asked: Any) -> int:
    """Print the JSON Schema of scenario files, by which an editor completes words and marks wrong ones."""
    from borderflow.commands.schema import schema as command

    return command(**asked)


@cli.command()
@click.argument("where", metavar="[REGISTER_DIR|SCENARIO]", required=False, type=click.Path(path_type=Path))
@click.option("--crossing", metavar="C", help="Only this crossing, as the rows are read: torkham, spin_boldak, both, …")
@click.option("--population", metavar="P", help="Only this group: all, undocumented, acc, por, deported.")
@click.option("--basis", metavar="B", help="Only what these counted: kp_home, iom_unhcr, pakistan_bulletin, morr, …")
@click.option("--quantity", metavar="Q", help="Only this quantity: daily_returns, cumulative_returns, families, …")
@click.option("--use", metavar="USE", help="Only rows that are good for this: fit, context or contradicted.")
@click.option("--from", "since", metavar="DATE", type=_date, help="Only rows of this day or later days.")
@click.option("--until", metavar="DATE", type=_date, help="Only rows of this day or earlier days.")
@click.option("--text", metavar="WORDS", help="Only rows that have all these words somewhere.")
@click.option("--id", "ids", metavar="ID", multiple=True, help="The whole row, with note and address; repeatable.")
@click.option("--events", is_flag=True, help="Events in place of flows.")
@click.option("--capacity", is_flag=True, help="Capacities, rates, costs and standards in place of flows.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the rows as they stand in their file.")
@_several(_JSON, _DEBUG)
@_told
def evidence(**asked: Any) -> int:
    """List the reported facts that scenarios rest on: who counted what, where and when, and what it is good for."""
    from borderflow.commands.evidence import evidence as command

    return command(**asked)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    try:
        code = cli.main(arguments, prog_name="borderflow", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    try:
        sys.stdout.flush()
    except OSError:
        _drop_stdout()
    sys.exit(code if isinstance(code, int) else 0)


def _drop_stdout() -> None:
    """Nobody reads any more: let what is still to be flushed go nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
