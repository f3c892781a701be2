"""Free text in pictures: shown as text, one line, and never turning its neighbours around."""

from __future__ import annotations

import pytest

from borderflow.report.text import END, FIRST_STRONG, cut, drawable, shown, wrapped


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  two\n\tlines ", "two lines"),
        ("bell\x07 and \x00 nul", "bell and nul"),
        ("</script><b>x</b>", "</script><b>x</b>"),
        ("\u202eevil", "evil"),
        ("\ud800 half", "half"),
        ("\u0628\u0627\u0632", f"{FIRST_STRONG}\u0628\u0627\u0632{END}"),
        ("\u0645\u06cc\u200c\u0631\u0648\u062f", f"{FIRST_STRONG}\u0645\u06cc\u200c\u0631\u0648\u062f{END}"),
    ],
)
def test_titles_are_one_line_of_letters(typed: str, seen: str) -> None:
    """Control and direction characters go; markup stays as text; right-to-left text is isolated, its joiners kept."""
    assert shown(typed) == seen


def test_a_cut_is_marked_and_keeps_the_isolation() -> None:
    """Who reads a shortened title sees that it is shortened; what is isolated stays closed."""
    assert cut("a" * 12, 10) == "a" * 9 + "…"
    assert cut("short", 10) == "short"
    short = cut(shown("\u0628" * 30), 10)
    assert short[0] == FIRST_STRONG
    assert short[-1] == END
    assert short.count("…") == 1


def test_symbols_that_no_font_has_do_not_take_the_line_with_them() -> None:
    """An emoji becomes a box in the PNG, since its painter else gives up on every letter beside it."""
    assert drawable("<text>a 🚚\ufe0f b</text>") == "<text>a □ b</text>"


def test_a_day_stays_with_its_month() -> None:
    """A title is not broken between '1' and 'November'."""
    lines = wrapped("the line is longest on 1 November here", 25)
    assert [line.replace("\u00a0", " ") for line in lines] == ["the line is longest on", "1 November here"]
