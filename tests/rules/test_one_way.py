"""The rooms import one way: a stage knows only what stands before it; the command line alone knows all of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "borderflow"
ORDER = [
    "scenario",
    "evidence",
    "demand",
    "network",
    "engine",
    "measure",
    "calibrate",
    "experiment",
    "report",
    "commands",
]
FACES = {"__init__", "__main__", "cli", "commands"}
LONGEST = 420


def imports(file: Path) -> set[str]:
    """Every module of the package that a file imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("borderflow.")}


@pytest.mark.parametrize("file", sorted(SOURCE.rglob("*.py")), ids=lambda file: str(file.relative_to(SOURCE)))
def test_a_room_imports_only_rooms_before_it(file):
    room = file.relative_to(SOURCE).parts[0].removesuffix(".py")
    if room in FACES:
        return
    for name in imports(file):
        other = name.split(".")[1]
        assert other in ORDER, f"{room} imports {name}, which is no room"
        assert ORDER.index(other) <= ORDER.index(room), f"{room} imports {name}, which stands after it"


def _for_typing(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def test_no_two_files_import_each_other():
    """Within a room too: no circle of imports (names used for typing alone are left out)."""
    graph: dict[str, set[str]] = {}
    for file in SOURCE.rglob("*.py"):
        module = ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        tree.body = [
            node for node in tree.body if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
        ]
        names = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("borderflow"):
                names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        graph[module] = names
    modules = {module: {name for name in names if name in graph and name != module} for module, names in graph.items()}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path, module))
        if module not in done:
            for name in modules[module]:
                visit(name, (*path, module))
            done.add(module)

    for module in modules:
        visit(module, ())


@pytest.mark.parametrize("file", sorted(SOURCE.rglob("*.py")), ids=lambda file: str(file.relative_to(SOURCE)))
def test_no_room_is_crowded(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_test_files_have_names_of_their_own():
    """Two of one name in different folders cannot be collected together."""
    names = [file.name for file in Path(__file__).parents[1].rglob("test_*.py")]
    assert [name for name in set(names) if names.count(name) > 1] == []
