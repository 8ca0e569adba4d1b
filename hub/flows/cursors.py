"""Cursors of lists: opaque to the asker, refused when they are not ours; pure."""

from __future__ import annotations

import base64
import binascii

from hub.flows.refusals import Reason, Refused

NOT_OURS = "Этот «cursor» не наш: возьмите его из поля next."
MOST_DIGITS = 17
"""Microseconds since 1970 until long after the last day of any calendar of ours."""


def to_cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def from_cursor(cursor: str) -> str:
    """What PostgreSQL keeps in no text stands in no cursor of ours either."""
    try:
        place = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise Refused(Reason.MALFORMED, NOT_OURS) from error
    if "\0" in place:
        raise Refused(Reason.MALFORMED, NOT_OURS)
    return place


def number_in(text: str) -> int:
    """A number out of a cursor: plain digits, for «²» is a digit that no `int` reads, and no more of them than a moment has."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Refused(Reason.MALFORMED, NOT_OURS)
    return int(text)
