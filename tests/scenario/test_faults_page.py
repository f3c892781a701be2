"""The page of faults and the code say the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEAKING = {"fault": 2, "Fault": 4, "say": 1, "stop": 1, "ValueError": 0, "DoesNotFit": 0}
"""Calls that say what is wrong, and which of their arguments does."""


def templates_of(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may give, with … for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)  # type: ignore[misc]
    elif isinstance(node, ast.IfExp):
        yield from templates_of(node.body)
        yield from templates_of(node.orelse)


def _named(tree: ast.Module, table: ast.expr | None) -> Iterator[str]:
    """The texts of a table, some of them by the name of a constant of the module."""
    assigned = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for value in table.values if isinstance(table, ast.Dict) else ():
        yield from templates_of(assigned[value.id] if isinstance(value, ast.Name) else value)


def said(tree: ast.Module) -> Iterator[str]:
    """Every text that a module may print as a fault or warning."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in SPEAKING and len(node.args) > SPEAKING[name]:
                yield from templates_of(node.args[SPEAKING[name]])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id in ("message", "why", "EMPTY", "FORBIDDEN"):
                yield from templates_of(node.value)
            elif node.targets[0].id == "_WRONG" and isinstance(node.value, ast.Dict):
                for value in node.value.values:
                    yield from (re.sub(r"\{\w+\}", "…", text) for text in templates_of(value))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "REFUSED":
            yield from _named(tree, node.value)
        elif isinstance(node, ast.FunctionDef) and node.name in ("_refused", "outside"):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from templates_of(inner.value)


def in_code() -> set[str]:
    found: set[str] = set()
    for room in ("scenario", "calibrate"):
        for path in (ROOT / "src/borderflow" / room).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            if room == "scenario" or "from borderflow.scenario.faults import" in text:
                found |= {normal(one) for one in said(ast.parse(text))}
    return found - {""}


def normal(text: str) -> str:
    """A template as the page writes it: one … for what is filled in, none at the end (a suggestion)."""
    return re.sub(r"…+", "…", text).rstrip("… ")


def on_the_page() -> list[str]:
    rows = (ROOT / "docs/faults.md").read_text(encoding="utf-8").splitlines()
    cells = [re.match(r"\| `(.+?)` \| .+ \|$", row) for row in rows if row.startswith("| `")]
    assert all(cells), "a row is not: | `text` | cure |"
    return [normal(cell[1]) for cell in cells if cell]


def test_every_fault_stands_on_the_page_with_its_cure() -> None:
    """Every text that a fault or warning may have is in docs/faults.md, once, and none is there that is not said."""
    page = on_the_page()
    assert len(page) == len(set(page))
    assert set(page) == in_code()
