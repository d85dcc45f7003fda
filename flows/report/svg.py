"""What all drawings of the page share: inline SVG without script, font or library, its numbers and words in the page's language.

Colours are classes, so light, dark and print share them. Each drawing says in its title what it shows, for people who hear
the page instead of seeing it.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from flows.report.words import Words


def thousands(number: int) -> str:
    """A whole number in Vietnamese style: 1234567 -> 1.234.567."""
    return f"{number:,}".replace(",", ".")


def percent(share: float | None, places: int = 1) -> str:
    """A share as a percentage in Vietnamese style: 0.1234 -> 12,3 %, never broken before its sign; null is a dash."""
    return "–" if share is None else f"{100 * share:.{places}f}\u00a0%".replace(".", ",")


def told(words: Words, lang: str) -> str:
    """Plain text in the page's language: `khớp / consistent` where it has both."""
    return words.both(lang) if lang == "both" else words.en if lang == "en" else words.vi


def said(words: Words, lang: str) -> str:
    """The same inside of a `text` element, English in a softer colour beside Vietnamese."""
    if lang != "both":
        return str(escape(told(words, lang)))
    return f'{escape(words.vi)} <tspan class="soft" lang="en">{escape(words.en)}</tspan>'


def drawing(width: float, height: float, title: str, content: str, kind: str) -> Markup:
    """The `svg` element around `content`, which holds numbers and escaped words only."""
    head = f'<svg class="{kind}" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(title)}">'
    return Markup(f"{head}<title>{escape(title)}</title>{content}</svg>")


def spread(wanted: Sequence[float], step: float, height: float) -> list[float]:
    """Positions near the wanted ones, in order, at least `step` apart, inside the height."""
    found: list[float] = []
    for at in wanted:
        found.append(max(at, found[-1] + step if found else step / 2))
    limit = height - step / 2
    for n in range(len(found) - 1, -1, -1):
        found[n] = min(found[n], limit)
        limit = found[n] - step
    return found
