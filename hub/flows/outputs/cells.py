"""Cells of a CSV that no table program takes for a formula, and tables as Excel or a programmer opens them; pure (RULES C8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# Full-width signs begin a formula in the tables of East Asian locales; a tab or a line break before a sign hides it.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BOM = b"\xef\xbb\xbf"


def harmless(text: str) -> str:
    """A text that a family or a teacher wrote: without line breaks and control signs, and never a formula."""
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return f"'{shown}" if shown.startswith(FORMULA) else shown


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, separator: str = ";", bom: bool = True) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return (BOM if bom else b"") + out.getvalue().encode()
