"""A check that asks nothing of a person: a form signed with its hour, a field that only programs fill, a limit a network."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from identity.sealing import Keys

SOONEST = timedelta(seconds=3)
"""Nobody reads and fills the form faster."""
LATEST = timedelta(hours=24)
_FORM = re.compile(r"([0-9]{9,12})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{16,64})")


class Doubt(StrEnum):
    """Why the form is shown once more, with everything that was typed: pressing the button again is enough."""

    HIDDEN_FIELD = "hidden_field"
    TOO_FAST = "too_fast"
    OLD = "old"
    FOREIGN = "foreign"


def sign(keys: Keys, now: datetime) -> str:
    issued, nonce = str(int(now.timestamp())), secrets.token_urlsafe(16)
    return f"{issued}.{nonce}.{keys.code_hash(f'support form {issued} {nonce}')}"


def doubt(keys: Keys, form: str, hidden: str, now: datetime) -> Doubt | None:
    """None where a person sent it, as far as this can tell."""
    found = _FORM.fullmatch(form)
    if found is None:
        return Doubt.FOREIGN
    issued, nonce, seal = found.groups()
    if not any(hmac.compare_digest(seal, known) for known in keys.code_hashes(f"support form {issued} {nonce}")):
        return Doubt.FOREIGN
    if hidden:
        return Doubt.HIDDEN_FIELD
    age = now - datetime.fromtimestamp(int(issued), UTC)
    if age < SOONEST:
        return Doubt.TOO_FAST
    return Doubt.OLD if age > LATEST else None
