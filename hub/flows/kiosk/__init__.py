"""The kiosk in the school's hall: a card or a number, a parent's word, a PIN by SMS, balances, a duplicate card (docs/wire/kiosk.md)."""

from hub.flows.kiosk.accepting import accept, confirm, forgotten
from hub.flows.kiosk.asking import consent_text, find, hello, offer_text
from hub.flows.kiosk.cabinet import balance, order, services, sign_in, sign_out, statement
from hub.flows.kiosk.door import Kiosk, known_kiosk

__all__ = [
    "Kiosk",
    "accept",
    "balance",
    "confirm",
    "consent_text",
    "find",
    "forgotten",
    "hello",
    "known_kiosk",
    "offer_text",
    "order",
    "services",
    "sign_in",
    "sign_out",
    "statement",
]
