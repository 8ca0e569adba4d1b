"""VK ID's answers as they come and what they mean: a person who said so, of no proven level, whose contacts nobody checked."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import msgspec
import phonenumbers

from connectors.kit.errors import Drifted, Rejected
from connectors.kit.jose import unverified_claims
from connectors.kit.ports import Access
from connectors.kit.secret import Secret
from connectors.vkid import errors
from connectors.vkid.manifest import PERSONAL
from identity.claims import Claims, Contact, Level

DEVICE_ID, SCOPE = "device_id", "scope"
"""Names in `Access.extra`: without its device_id a refresh token is worth nothing."""
LONGEST_LIFE_S = 366 * 86_400
_SEXES = {1: "F", 2: "M"}
_PHONE = re.compile(r"\+?[0-9 ()\-]{5,30}")


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is the echo of the request's own; `user_id` is a number here and text in user_info; a refresh brings no `id_token`."""

    access_token: str
    refresh_token: str
    user_id: int | str
    state: str
    expires_in: int | None = None
    token_type: str = "Bearer"
    scope: str | None = None
    id_token: str | None = None


class UserAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Fields come by the granted scopes; `sex` is 0 unknown, 1 female, 2 male; `verified` is VK's own mark and means nothing here."""

    user_id: int | str
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    sex: int | None = None
    birthday: str | None = None


class UserInfo(msgspec.Struct, frozen=True, kw_only=True):
    user: UserAnswer


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What revoke and logout answer."""

    response: int


def user_id(system: str, given: int | str, where: str) -> str:
    """The id as text, whichever way it came: the key of the account (RULES A1)."""
    text = str(given)
    if not re.fullmatch(r"[1-9][0-9]{0,19}", text):
        raise Drifted(system, where, "not an id", text=errors.UNREADABLE)
    return text


def access(system: str, answer: TokenAnswer, *, device_id: str, asked: str, now: datetime) -> Access:
    """The tokens with what a refresh needs beside them."""
    if answer.token_type.lower() != "bearer":
        raise Drifted(system, "$.token_type", text=errors.UNREADABLE)
    if not answer.access_token or not answer.refresh_token:
        raise Drifted(system, "$.access_token", "empty", text=errors.UNREADABLE)
    lives = answer.expires_in or 0
    return Access(
        token=Secret(answer.access_token),
        owner=user_id(system, answer.user_id, "$.user_id"),
        refresh=Secret(answer.refresh_token),
        expires_at=now + timedelta(seconds=min(lives, LONGEST_LIFE_S)) if lives > 0 else None,
        extra={DEVICE_ID: device_id, SCOPE: asked if answer.scope is None else " ".join(answer.scope.split())},
    )


def check_id_token(system: str, token: str | None, *, owner: str, client_id: str) -> None:
    """Nobody publishes the key of this token, so it proves nothing; but one of another person or application is a sure sign of a mix-up."""
    told = unverified_claims(token) if token else {}
    if str(told.get("sub", owner)) != owner or str(told.get("app", client_id)) != client_id:
        raise Rejected(system, "subject_differs", errors.UNKNOWN)


def claims(system: str, opened: Access, user: UserAnswer) -> Claims:
    """The person of user_info; raises where it is another than the token's."""
    if user_id(system, user.user_id, "$.user.user_id") != opened.owner:
        raise Rejected(system, "subject_differs", errors.UNKNOWN)
    if PERSONAL in opened.extra[SCOPE].split():
        for name in ("first_name", "last_name"):
            if getattr(user, name) is None:
                raise Drifted(system, f"$.user.{name}", "missing", text=errors.UNREADABLE)
    phone, email = e164(user.phone or ""), (user.email or "").strip().lower()
    return Claims(
        system=system,
        subject=opened.owner,
        level=Level.UNKNOWN,
        last_name=(user.last_name or "").strip(),
        first_name=(user.first_name or "").strip(),
        birth_date=birthday(system, user.birthday),
        sex=_SEXES.get(user.sex or 0),
        # VK checks the number on its own terms and hands used numbers on: for us neither is verified.
        phones=(Contact(value=phone, verified=False),) if phone else (),
        emails=(Contact(value=email, verified=False),) if "@" in email else (),
    )


def birthday(system: str, text: str | None) -> date | None:
    """d.M.yyyy; None where the year is hidden, or where the day is one that nobody was born on: people write it themselves."""
    if not text or not text.strip():
        return None
    found = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})(?:\.([0-9]{4}))?", text.strip())
    if found is None:
        raise Drifted(system, "$.user.birthday", "not d.M.yyyy", text=errors.UNREADABLE)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found[3] else None
    except ValueError:
        return None


def e164(text: str) -> str | None:
    """79161234567, 8 (916) 123-45-67, +7916… as +79161234567; a masked number, or what cannot be one, is left out."""
    if not _PHONE.fullmatch(text.strip()):
        return None
    digits = "".join(letter for letter in text if letter.isdigit())
    # Without a plus VK writes the country first; eleven digits that begin with 8 are the Russian way to dial.
    international = text.strip().startswith("+") or not (len(digits) == 10 or (len(digits) == 11 and digits[0] == "8"))
    try:
        number = phonenumbers.parse(f"+{digits}" if international else digits, "RU")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
