"""How a result is printed: `name: ratio (floor or peer, n rounds, min..max)`."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def line(name: str, ratios: Sequence[float], peer: str, *, target: str = "") -> str:
    """The median ratio of the rounds with its spread; `target` is told beside it, never asserted."""
    wanted = f"; target {target}" if target else ""
    return f"{name}: {median(ratios):.2f} ({peer}, {len(ratios)} rounds, {min(ratios):.2f}..{max(ratios):.2f}{wanted})"
