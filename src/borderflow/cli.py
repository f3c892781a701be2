"""The command line: what may be asked, and with which words. What is done stands in ``borderflow.commands``.

Nothing heavy is imported here, so that ``borderflow --help`` answers at once.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

import borderflow

Command = Callable[..., int]


def _told(function: Command) -> Callable[..., None]:
    """Whatever happens in a command ends in a line on stderr and an exit code, never in a traceback."""

    @functools.wraps(function)
    def told(*given: Any, debug: bool, **named: Any) -> None:
        from borderflow.commands.endings import ending
        from borderflow.experiment.interrupts import termination_raises

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
_SEED = click.option("--seed", type=int, metavar="N", help="Instead of the scenario's seed.")


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
@_several(_SCENARIO, _PLAN, _REPLICATIONS, _SEED, _SETS, _OUT, _ENGINE, _WORKERS, _FORCE)
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
@_several(_PLAN, _REPLICATIONS, _SEED, _SETS, _OUT, _ENGINE, _WORKERS, _FORCE, _JSON, _QUIET, _DEBUG)
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
@_several(_SCENARIO, _SETS, _JSON, _DEBUG)
@_told
def check(**asked: Any) -> int:
    """Say whether a scenario file is right: every fault with its place, or what the scenario holds."""
    from borderflow.commands.check import check as command

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
