"""Consents: one purpose, one act, one text; shown, said and withdrawn (RULES A14)."""

from __future__ import annotations

from hub.flows.consents.say import say, withdraw
from hub.flows.consents.show import list_consents, show_consent

__all__ = ["list_consents", "say", "show_consent", "withdraw"]
