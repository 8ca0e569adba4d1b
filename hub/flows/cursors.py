"""Cursors of lists: opaque to the asker, refused when they are not ours; pure."""

from __future__ import annotations

import base64
import binascii

from hub.flows.refusals import Reason, Refused


def to_cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def from_cursor(cursor: str) -> str:
    try:
        return base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise Refused(Reason.MALFORMED, "Этот «cursor» не наш: возьмите его из поля next.") from error
