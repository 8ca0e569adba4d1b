"""T-Bank's internet acquiring v2: payments signed by a Token, SBP, cards kept for charges, notices (docs/wire/tbank.md)."""

from sandbox.tbank.routes import system

__all__ = ["system"]
