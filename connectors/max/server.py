"""What MAX posts to us: an update's bytes to what happened, and whether it was MAX that posted them; pure."""

from __future__ import annotations

import hmac

from connectors.kit.answers import decode
from connectors.kit.class_chat import BotEvent
from connectors.kit.secret import Secret
from connectors.max import mapping

SYSTEM = "max"
SECRET_HEADER = "X-Max-Bot-Api-Secret"


def is_genuine(given: str, secret: Secret) -> bool:
    """Whether the header holds the secret of the subscription; an empty secret never fits."""
    return bool(secret) and hmac.compare_digest(given.encode("utf-8", "replace"), secret.reveal().encode())


def event(body: bytes) -> BotEvent | None:
    """What happened; None for what is not for us, to be answered with 200 like the rest. Raises `Drifted`."""
    return mapping.event(decode(SYSTEM, body, mapping.Update))
