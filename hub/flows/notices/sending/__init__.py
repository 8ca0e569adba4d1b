"""The outbox is worked through: parcels by free channels, texts that cost, the person's own page (RULES F2)."""

from hub.flows.notices.sending.relay import send_due

__all__ = ["send_due"]
