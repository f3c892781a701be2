"""``borderflow init``: a scenario to begin with, as a commented copy of a shipped one."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from pathlib import Path

import borderflow
from borderflow.commands.endings import DONE
from borderflow.commands.files import lost, write_all
from borderflow.commands.printing import answer
from borderflow.experiment.refusal import WrongUse

_NAME = re.compile(r"^name: .*$", re.MULTILINE)


def init(target: str | None, source: str, show: bool, force: bool) -> int:
    """Write a starting scenario with all that it needs beside it, or list the shipped ones."""
    from borderflow.scenario.shipped import beside, names, shipped, title

    if show:
        widest = max(map(len, names()))
        answer("\n".join(f"{name.ljust(widest)}  {title(name)}" for name in names()))
        return DONE
    origin = shipped(source)
    path = named(source if target is None else target)
    made = {path: copy(origin.read_text(encoding="utf-8"), source, path.stem).encode()}
    made |= {path.parent / file: (origin.parent / file).read_bytes() for file in beside(source)}
    lost(made, force)
    write_all(made)
    answer(told(path, source, title(source), [file for file in made if file != path]))
    return DONE


def named(target: str) -> Path:
    """The file that a name or a path stands for; ``WrongUse`` where the scenario in it could not have its name."""
    from borderflow.scenario.words import name

    path = Path(target if target.endswith((".yaml", ".yml")) else f"{target}.yaml")
    try:
        name(path.stem if target else "")
    except ValueError as error:
        raise WrongUse(f"'{target and path.stem}': {error}") from None
    return path


def copy(text: str, source: str, name: str) -> str:
    """The text of a shipped scenario under a new name, with a note on where it comes from after its first line."""
    first, _, rest = text.partition("\n")
    note = (
        f"# A copy of '{source}', a scenario that comes with borderflow {borderflow.__version__}; make it your own.\n"
        "# The pages under docs/ that it mentions stand in the repository of borderflow.\n#\n"
    )
    return f"{first}\n{note}{_NAME.sub(f'name: {name}', rest, count=1)}"


def told(path: Path, source: str, title: str, others: list[Path]) -> str:
    """What was written, and what to do with it."""
    folders = Counter(str(file.parent.relative_to(path.parent)) for file in others)
    where = "; ".join(
        f"{many} {'file' if many == 1 else 'files'} " + ("beside it" if folder == "." else f"in {folder}")
        for folder, many in folders.items()
    )
    typed = shlex.quote(str(path))
    return "\n".join([
        f"wrote {path}, a copy of {source} ({title})",
        f"and what it needs: {where}",
        "",
        "next:",
        f"  borderflow check {typed}                     is it right, and what does it rest on?",
        f"  borderflow run {typed} --replications 2      a first answer, quickly",
        f"  edit {path}, and check again: dates, phases, desks and plans are yours to change",
    ])  # fmt: skip
