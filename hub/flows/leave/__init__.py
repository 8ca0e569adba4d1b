"""Everything of mine: told as one file, or erased; the own part only, and alone (RULES A5b, A14)."""

from __future__ import annotations

from hub.flows.leave.erase import erase_me
from hub.flows.leave.export import export_mine
from hub.flows.leave.preview import CONFIRM, preview

__all__ = ["CONFIRM", "erase_me", "export_mine", "preview"]
