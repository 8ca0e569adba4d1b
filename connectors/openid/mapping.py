"""A standard provider's answers as they come (Core 5.1, Discovery 3) and what they mean: one record of a weak sign-in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from connectors.kit.errors import Drifted, Rejected
from connectors.openid import errors
from identity.claims import Claims, Contact, Level

LONGEST_NAME = 100


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What we use of the provider's description. What it says of algorithms and of client authentication is never asked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What a sign-in takes along on the server until the browser is back: its own secrets, and the provider as described at the start.

    A description that changes meanwhile, or another provider's, has no say in it any more.
    """

    issuer: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    iss_announced: str

    @classmethod
    def of(cls, metadata: Metadata, *, nonce: str, verifier: str) -> Flow:
        return cls(
            issuer=metadata.issuer,
            nonce=nonce,
            verifier=verifier,
            token_endpoint=metadata.token_endpoint,
            jwks_uri=metadata.jwks_uri,
            userinfo_endpoint=metadata.userinfo_endpoint or "",
            iss_announced="yes" if metadata.authorization_response_iss_parameter_supported else "",
        )

    @classmethod
    def kept(cls, keep: Mapping[str, str], *, issuer: str) -> Flow | None:
        """The flow, if it is whole and began at this issuer."""
        names = [one.name for one in fields(cls)]
        if not set(names) <= keep.keys() or keep["issuer"] != issuer or not keep["nonce"] or not keep["verifier"]:
            return None
        return cls(**{name: keep[name] for name in names})

    def keep(self) -> dict[str, str]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


class KeySet(msgspec.Struct, frozen=True, kw_only=True):
    keys: list[dict[str, Any]]


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token, should one come, is not kept: a sign-in needs none."""

    access_token: str
    id_token: str
    token_type: str


def same_subject(system: str, token: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    """What userinfo says counts only for the person of the ID token (Core 5.3.2)."""
    if not isinstance(about.get("sub"), str):
        raise Drifted(system, "$.sub", text=errors.UNREADABLE)
    if about["sub"] != token["sub"]:
        raise Rejected(system, "subject_differs", errors.FOREIGN)


def claims(system: str, issuer: str, token: Mapping[str, Any], about: Mapping[str, Any], levels: Mapping[str, Level]) -> Claims:
    """The person of a verified ID token; `about` is userinfo's, which goes before the token's own claims.

    The account's key is issuer and subject. SNILS and children are never taken from here, whatever the provider adds.
    """
    told = {**token, **{name: value for name, value in about.items() if value is not None}}
    subject: str = token["sub"]
    if not subject.isprintable():
        raise Rejected(system, "token_sub", errors.UNKNOWN)
    last_name, first_name = _name(told, "family_name"), _name(told, "given_name")
    auth_time = token.get("auth_time")
    return Claims(
        system=system,
        tenant=issuer,
        subject=subject,
        level=levels.get(str(token.get("acr", "")), Level.UNKNOWN),
        last_name=last_name,
        first_name=first_name or ("" if last_name else _name(told, "name")),
        middle_name=_name(told, "middle_name"),
        birth_date=birth_date(told.get("birthdate")),
        sex={"male": "M", "female": "F"}.get(str(told.get("gender"))),
        phones=_phone(told),
        emails=_email(told),
        auth_time=datetime.fromtimestamp(auth_time, UTC) if auth_time is not None else None,
        provider_session=_name(token, "sid"),
    )


def levels_of(text: str) -> dict[str, Level]:
    """`acr=level acr=level`; the settings have seen to the form."""
    pairs = (part.rpartition("=") for part in re.split(r"[\s,]+", text) if part)
    return {acr: Level(level) for acr, _, level in pairs}


def birth_date(text: object) -> date | None:
    """YYYY-MM-DD; a year alone, a day without its year (0000) and nonsense are none: the profile is the person's own word."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) or text < "1900":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _name(told: Mapping[str, Any], name: str) -> str:
    text = told.get(name)
    if not isinstance(text, str):
        return ""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())[:LONGEST_NAME]


def _phone(told: Mapping[str, Any]) -> tuple[Contact, ...]:
    number = re.sub(r"[\s()\-.]", "", _name(told, "phone_number"))
    if not re.fullmatch(r"\+[0-9]{8,15}", number):
        return ()
    return (Contact(value=number, verified=told.get("phone_number_verified") is True),)


def _email(told: Mapping[str, Any]) -> tuple[Contact, ...]:
    address = _name(told, "email").lower()
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", address):
        return ()
    return (Contact(value=address, verified=told.get("email_verified") is True),)
