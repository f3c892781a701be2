"""``borderflow schema``: what an editor needs to complete the words of a scenario and to mark wrong ones."""

from __future__ import annotations

from pathlib import Path

from borderflow.commands.endings import DONE, say
from borderflow.commands.files import lost, write_all
from borderflow.commands.printing import answer


def schema(out: Path | None, force: bool) -> int:
    """Print the JSON Schema of scenario files, or write it into a file."""
    from borderflow.scenario.schema import schema_text

    text = schema_text()
    if out is None:
        answer(text)
        return DONE
    made = {out: text.encode()}
    lost(made, force)
    write_all(made)
    say(f"wrote {out}")
    return DONE
