"""Phone numbers as people type them: read as Russian ones, kept as E.164, shown as they are dialled; pure."""

from __future__ import annotations

import phonenumbers

REGION = "RU"
LONGEST = 40


def e164(text: str) -> str:
    """`+79131234567`; empty where it is no number."""
    if not text.strip() or len(text) > LONGEST:
        return ""
    try:
        found = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_possible_number(found) else ""


def shown(number: str) -> str:
    """`+7 913 123-45-67`."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number, REGION), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number


def dialled(text: str) -> str:
    """For a `tel:` link: E.164 where it is a whole number, else its digits, for a town's own short number."""
    return e164(text) or "".join(letter for letter in text if letter.isdigit() or letter == "+")
