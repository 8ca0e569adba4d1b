"""The answers on the way to a token, of login.mos.ru and of a regional node, as public clients show them."""

from __future__ import annotations

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; what we do not name we do not need."""


class Registered(Wire, frozen=True, kw_only=True):
    client_id: str
    client_secret: str


class Item(Wire, frozen=True, kw_only=True):
    inquire: str = ""
    proof_of_work: str | None = msgspec.field(name="proofOfWork", default=None)


class Step(Wire, frozen=True, kw_only=True):
    """What is to be done next: `items` offer it, `inquire` asks for it."""

    items: list[Item] = []
    inquire: str = ""
    contact: str = ""
    ttl: int | None = None
    remain_attempts: int | None = None


class Pair(Wire, frozen=True, kw_only=True):
    access_token: str
    refresh_token: str | None = None


class MobileAnswer(Wire, frozen=True, kw_only=True):
    mesh_access_token: str


class Schooled(Wire, frozen=True, kw_only=True):
    answer: MobileAnswer = msgspec.field(name="user_authentication_for_mobile_response")


class RegionPair(Wire, frozen=True, kw_only=True):
    token: str
    refresh_token: str | None = msgspec.field(name="refreshToken", default=None)
