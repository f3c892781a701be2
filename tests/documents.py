"""The documents' commands, run as written: ``python tests/documents.py``. Slower than a test, so a command of its own.

Every fenced ``bash`` block of the README is run in a copy of the scenarios (two replications, so that it ends soon),
its Python blocks too; every ``borderflow WORD`` anywhere in the documents has to be a command that exists.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
OWN = ("main", "test")
"""Blocks that set up an environment: continuous integration runs ``test``, and ``main`` is the same set-up."""


def blocks(text: str, language: str) -> list[str]:
    """Fenced blocks of a language, without those that set up an environment."""
    marked = "|".join(OWN)
    text = re.sub(rf"<!-- (?:{marked}) -->\n```bash\n.*?```", "", text, flags=re.DOTALL)
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands(block: str) -> list[str]:
    lines = [line.partition("  #")[0].strip() for line in block.splitlines()]
    return [line for line in lines if line.startswith("borderflow ")]


def main() -> int:
    pages = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), ROOT / "results" / "README.md"]
    known = subprocess.run([BIN / "borderflow", "--help"], capture_output=True, text=True, check=True).stdout
    passed, failed = 0, 0
    for page in pages:
        for word in sorted(set(re.findall(r"`borderflow ([a-z]+)", page.read_text(encoding="utf-8")))):
            there = re.search(rf"^  {word} ", known, flags=re.MULTILINE) is not None
            passed, failed = passed + there, failed + (not there)
            if not there:
                print(f"{page.relative_to(ROOT)}: there is no command 'borderflow {word}'")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "scenarios", Path(folder) / "scenarios")
        # The README's own scenario is a name: a copy of the quickstart, cut short.
        scenario = (Path(folder) / "scenarios" / "quickstart.yaml").read_text(encoding="utf-8")
        short = scenario.replace("replications: 20", "replications: 2")
        short = re.sub(r"^name: quickstart$", "name: NAME", short, flags=re.MULTILINE)
        (Path(folder) / "scenarios" / "my-scenario.yaml").write_text(short, encoding="utf-8")
        environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        readme = pages[0].read_text(encoding="utf-8")
        told = [line for block in blocks(readme, "bash") for line in commands(block)]
        told = [line.replace("my-scenario.yaml", "scenarios/my-scenario.yaml") for line in told]
        runs = [("bash", "-euo", "pipefail", "-c", line) for line in told]
        runs += [(sys.executable, "-c", block) for block in blocks(readme, "python")]
        for run in runs:
            done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, check=False)
            good = done.returncode == 0
            passed, failed = passed + good, failed + (not good)
            print(("ok    " if good else "FAILED") + f" {run[-1].splitlines()[0]}")
            if not good:
                print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
