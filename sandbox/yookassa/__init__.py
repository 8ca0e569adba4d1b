"""YooKassa's API v3: payments, refunds, receipts, notices, and its page for the payer (docs/wire/yookassa.md)."""

from sandbox.yookassa.routes import system

__all__ = ["system"]
