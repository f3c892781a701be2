"""Where an answer is printed: how wide, and in which letters."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from typing import Any

_ASCII = str.maketrans({
    "≥": ">=", "≤": "<=", "–": "-", "—": "-", "−": "-", "→": "->", "…": "...", "×": "x", "÷": "/", "·": "-",
    "\u00a0": " ", "\u202f": " ", "±": "+/-", "’": "'", "é": "e",
})  # fmt: skip
NARROWEST, WIDEST = 40, 100


def width() -> int:
    """Columns to write in: those of the terminal (or ``COLUMNS``), 80 through a pipe; 40 to 100."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((80, 24)).columns))


def answer(text: str) -> None:
    """Print the answer on stdout; letters that it cannot show are written in ASCII. Raises on a broken pipe."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_ASCII).encode(encoding, "replace").decode(encoding)
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        raise


def as_json(value: Any) -> str:
    """JSON text; what is not a finite number is ``null``."""
    return json.dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
