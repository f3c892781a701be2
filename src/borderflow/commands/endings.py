"""How a command ends: each kind of error has its exit code and its line on stderr."""

from __future__ import annotations

import sys
import traceback

from borderflow.evidence.register import RegisterFaults
from borderflow.experiment.interrupts import Terminated
from borderflow.experiment.refusal import InTheWay, Stopped, Unverified
from borderflow.scenario.faults import ScenarioFaults, WrongUse, clean

DONE, BUG, WRONG_USE, INVALID, INCOMPLETE, IO, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 5, 130, 143


def say(text: str) -> None:
    """A line on stderr, whatever its encoding."""
    encoding = sys.stderr.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), file=sys.stderr)


def ending(error: BaseException, debug: bool) -> int:
    """Say what ended the command, and give its exit code."""
    if isinstance(error, BrokenPipeError):
        return DONE  # who reads our answer has read enough
    if debug:
        traceback.print_exception(error)
    match error:
        case KeyboardInterrupt():
            say("interrupted; results are only stored when a run is finished")
            _notes(error)
            return INTERRUPTED
        case Terminated():
            say("terminated; results are only stored when a run is finished")
            _notes(error)
            return TERMINATED
        case ScenarioFaults() | RegisterFaults():
            say(str(error))
            return INVALID
        case WrongUse():
            say(f"borderflow: {clean(str(error))}")
            return WRONG_USE
        case Stopped():
            say(f"borderflow: {error}")
            return INCOMPLETE
        case InTheWay() | Unverified():
            say(f"borderflow: {clean(str(error))}")
            return IO
        case OSError():
            where = f" ({error.filename})" if error.filename else ""
            say(f"borderflow: {clean((error.strerror or str(error)) + where)}")
            _notes(error)
            return IO
        case _:
            said = clean(str(error).strip().partition("\n")[0][:300])
            say(
                f"borderflow: internal error: {type(error).__name__}: {said}. This is a bug: please report it, "
                "with the scenario file and what --debug prints"
            )
            return BUG


def _notes(error: BaseException) -> None:
    """What was added to an error on its way: what is kept of a run."""
    for note in getattr(error, "__notes__", ()):
        say(note)
