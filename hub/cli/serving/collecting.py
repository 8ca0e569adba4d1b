"""Tells Python's collector of cycles to leave alone what the start has made."""

from __future__ import annotations

import gc

_YOUNG = 20_000
_MIDDLE = 20
_OLD = 50


def spare_what_stays() -> None:
    """Once, when everything is wired. Modules, routes and tables stay for good, yet each full collection walks them all; and an answer
    of a diary alone makes thousands of objects, none of them in a cycle. A tenth of the time of a family's diary."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
