"""Free text for print: titles of scenarios, plans and phases, whatever was typed into them."""

from __future__ import annotations

import re
import unicodedata

_JOINERS = "\u200c\u200d"
FIRST_STRONG, END = "\u2068", "\u2069"


def shown(text: str) -> str:
    """Text as it may stand in a picture: one line, without control and direction characters.

    Text that runs from right to left is isolated, so that it does not turn the words and numbers beside it around.
    """
    letters = [
        letter
        for letter in text
        if letter in _JOINERS or letter.isspace() or not unicodedata.category(letter).startswith("C")
    ]
    kept = re.sub(r"[\s\x1c-\x1f]+", " ", "".join(letters)).strip()
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in kept):
        return f"{FIRST_STRONG}{kept}{END}"
    return kept


def cut(text: str, most: int) -> str:
    """Text of at most so many letters; what is cut off is marked with '…'."""
    if len(text) <= most:
        return text
    isolated = text.startswith(FIRST_STRONG)
    body = text.strip(FIRST_STRONG + END)
    short = body[: most - 1].rstrip() + "…"
    return f"{FIRST_STRONG}{short}{END}" if isolated else short


def drawable(svg: str) -> str:
    """An SVG for the PNG painter, which gives up on a whole line for one symbol that no font has (an emoji).

    Symbols above the basic plane become '□', and their variation marks go.
    """
    return re.sub("[\U00010000-\U0010ffff]", "□", re.sub("[\ufe0e\ufe0f]", "", svg))


def wrapped(text: str, most: int) -> list[str]:
    """Text in lines of at most so many letters; a day stays with its month."""
    lines: list[str] = []
    text = re.sub(r"\b(\d{1,2}) (?=[A-Z][a-z]{2})", "\\1\u00a0", text)
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
