"""A bar code that stands in the page: Code 128 by the library, drawn as one path without a style of its own (CSP)."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from barcode import Code128  # type: ignore[import-untyped]  # it ships no types
from markupsafe import Markup

QUIET = 10
"""White before and after, in modules: a scanner needs it."""
HEIGHT = 44


@lru_cache(maxsize=256)
def code128(digits: str) -> Markup:
    """An SVG that scales; the digits are its name for who does not see it."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("only digits are drawn here")
    (modules,) = Code128(digits).build()
    bars, at = [], QUIET
    for bar, run in groupby(modules):
        width = len(list(run))
        if bar == "1":
            bars.append(f"M{at} 0h{width}v{HEIGHT}h-{width}z")
        at += width
    size = f'viewBox="0 0 {at + QUIET} {HEIGHT}" preserveAspectRatio="none"'
    drawn = f'<svg class="barcode" role="img" aria-label="Штрихкод {digits}" {size}><path d="{"".join(bars)}"/></svg>'
    return Markup(drawn)  # noqa: S704 - numbers alone: the digits are checked above
