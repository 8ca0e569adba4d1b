"""The base of the records that the stories return."""

from __future__ import annotations

import msgspec


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the records: every field is always present in the JSON."""
