"""What a client may learn of a person: claims by scope and by the claims parameter."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.openid.keys import b64
from sandbox.openid.state import ACR, Asked, Client
from sandbox.world.model import Person

PROFILE = ("name", "family_name", "given_name", "middle_name", "preferred_username", "gender", "birthdate", "locale", "updated_at")
SCOPES: dict[str, tuple[str, ...]] = {
    "openid": (),
    "profile": PROFILE,
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "address": ("address",),
    "snils": ("snils",),
    "offline_access": (),
}
WORDS = {
    "profile": "Фамилия, имя, отчество, пол и дата рождения",
    "email": "Электронная почта",
    "phone": "Номер телефона",
    "address": "Адрес",
    "snils": "СНИЛС",
    "offline_access": "Доступ, когда вас нет на сайте",
}
CLAIM_WORDS = {name: WORDS[scope] for scope, names in SCOPES.items() for name in names}
PROTOCOL = frozenset({"sub", "acr", "amr", "auth_time", "sid"})
"""Claims that an ID token carries anyway."""
_NAMESPACE = uuid.UUID("5c3f1b9e-6a1f-4d7e-9a55-0d9d4f6b7a10")


def public_subject(person: Person) -> str:
    """A stable text that tells nothing of the person."""
    return str(uuid.uuid5(_NAMESPACE, person.id))


def subject(person: Person, client: Client) -> str:
    """The same for all clients, or (pairwise) another for each sector."""
    if client.sector is None:
        return public_subject(person)
    return b64(hashlib.sha256(f"{client.sector} {public_subject(person)}".encode()).digest())


def level(person: Person) -> str:
    """That of the Gosuslugi account; the provider itself has seen nobody's passport."""
    return person.esia.level if person.esia is not None else "simplified"


def acr(person: Person, client: Client) -> str:
    """How sure the provider is of the person: the account's level, in the client's vocabulary."""
    own = level(person)
    return client.acr.get(own, ACR[own])


def meets(person: Person, asked: Asked) -> bool:
    """acr_values is a wish; an essential acr of the claims parameter is a condition (Core 5.5.1.1)."""
    wanted = asked.claims.get("id_token", {}).get("acr") or {}
    if not wanted.get("essential"):
        return True
    values = wanted.get("values") or ([wanted["value"]] if "value" in wanted else [])
    return not values or (isinstance(values, list) and acr(person, asked.client) in values)


def names_of(scopes: Iterable[str], asked: Mapping[str, Any] | None) -> list[str]:
    """Claim names: those of the scopes, then those asked by name."""
    by_scope = [name for scope in scopes for name in SCOPES[scope]]
    return list(dict.fromkeys([*by_scope, *(asked or {})]))


def told(person: Person, names: Iterable[str]) -> dict[str, Any]:
    """The values that there are; a claim without a value is left out."""
    known = _all(person)
    return {name: known[name] for name in names if known.get(name) is not None}


def in_words(asked: Asked) -> list[str]:
    """What the consent page lists."""
    named = [name for part in ("userinfo", "id_token") for name in asked.claims.get(part, {})]
    lines = [WORDS[scope] for scope in asked.scopes if scope in WORDS] + [CLAIM_WORDS[name] for name in named if name in CLAIM_WORDS]
    return list(dict.fromkeys(lines))


def consent_names(asked: Asked) -> frozenset[str]:
    """What must have been allowed before the page can be left out."""
    named = {f"claim:{name}" for part in ("userinfo", "id_token") for name in asked.claims.get(part, {}) if name in CLAIM_WORDS}
    return frozenset(asked.scopes) | named


def _all(person: Person) -> dict[str, Any]:
    sure = level(person) != "simplified"
    place = person.address
    return {
        "name": " ".join(filter(None, (person.last_name, person.first_name, person.middle_name))),
        "family_name": person.last_name,
        "given_name": person.first_name,
        "middle_name": person.middle_name or None,
        "preferred_username": person.accounts.get("op", {}).get("login"),
        "gender": {"M": "male", "F": "female"}.get(person.sex),
        "birthdate": person.birth_date.isoformat(),
        "locale": "ru-RU",
        "updated_at": 1_756_674_000,
        "email": person.email,
        "email_verified": sure if person.email else None,
        "phone_number": person.phone,
        "phone_number_verified": sure if person.phone else None,
        "snils": person.snils if sure else None,
        "address": None
        if place is None
        else {
            "formatted": place.text,
            "street_address": f"{place.street}, д. {place.house}, кв. {place.flat}",
            "locality": place.city,
            "region": place.region,
            "postal_code": place.zip_code,
            "country": "Россия",
        },
    }
