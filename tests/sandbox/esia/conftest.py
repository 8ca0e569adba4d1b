"""Gosuslugi of the sandbox in one process, two registered systems, and a client that can sign both dialects."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from sandbox.app import SandboxApp, create_app
from sandbox.world.model import Person
from tests.sandbox.esia.signers import CURRENT, V1, GostSigner, RsaSigner, b64, joined, stamp

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
BACK = "http://localhost:8000/auth/esia/return"
SCOPE = "openid fullname snils kid_fullname kid_birthdate kid_snils birth_cert_doc kid_birth_cert_doc gender birthdate"


@cache
def rsa_signer(name: str = "rsa") -> RsaSigner:
    return RsaSigner.make(name)


@cache
def gost_signer(number: int = 7) -> GostSigner:
    return GostSigner.make(f"gost{number}", bytes([number]) * 32)


@dataclass
class Esia:
    """One sandbox, and what an information system does with it. `v1` signs with RSA, `current` with GOST."""

    app: SandboxApp
    http: httpx.AsyncClient
    rsa: RsaSigner = field(default_factory=rsa_signer)
    gost: GostSigner = field(default_factory=gost_signer)
    mnemonic: str = "SCHOOLHUB"

    async def register(self, **changes: Any) -> httpx.Response:
        body = {"mnemonic": self.mnemonic, "certificate_pem": self.rsa.pem + self.gost.pem, "redirect_uris": [BACK], "dialect": "both"}
        return await self.http.post("/_sandbox/esia/clients", json=body | changes)

    async def switch(self, **changes: Any) -> None:
        answer = await self.http.post("/_sandbox/esia/switches", json=changes)
        assert answer.status_code == 200, answer.text

    def sign_in_as(self, person: Person | None, times: int | None = None) -> None:
        if person is None:
            self.app.sandbox.sign_in_as.clear("esia")
        else:
            self.app.sandbox.sign_in_as.choose("esia", person.id, times)

    def pass_seconds(self, seconds: float) -> None:
        self.app.sandbox.clock.shift(self.app.sandbox.clock.offset_s + seconds)

    def now(self) -> dt.datetime:
        return self.app.sandbox.clock.now()

    @property
    def people(self) -> list[Person]:
        return list(self.app.sandbox.town.people.values())

    def person(self, level: str = "confirmed", *, role: str = "parent", kids: bool | None = None) -> Person:
        found = (one for one in self.people if one.esia is not None and one.esia.level == level and one.role == role)
        return next(one for one in found if kids is None or bool(one.gosuslugi_children) == kids)

    def signed(self, params: dict[str, str], dialect: str) -> dict[str, str]:
        if dialect == "v1":
            return params | {"client_secret": b64(self.rsa.cms(joined(params, V1)))}
        return params | {"client_secret": b64(self.gost.raw(joined(params, CURRENT).encode()))}

    def asking(self, dialect: str = "v1", /, **changes: str | None) -> dict[str, str]:
        params: dict[str, str | None] = {
            "client_id": self.mnemonic,
            "redirect_uri": BACK,
            "scope": SCOPE,
            "response_type": "code",
            "state": str(uuid.uuid4()),
            "timestamp": stamp(self.now()),
            "access_type": "offline",
        }
        if dialect == "current":
            params["client_certificate_hash"] = self.gost.hash
        return {name: value for name, value in (params | changes).items() if value is not None}

    def ac(self, dialect: str) -> str:
        return "/esia/aas/oauth2/ac" if dialect == "v1" else "/esia/aas/oauth2/v2/ac"

    def te(self, dialect: str) -> str:
        return "/esia/aas/oauth2/te" if dialect == "v1" else "/esia/aas/oauth2/v3/te"

    async def authorize(self, dialect: str = "v1", /, **changes: str | None) -> httpx.Response:
        params = self.signed(self.asking(dialect, **changes), dialect)
        return await self.http.get(self.ac(dialect), params=params)

    async def code(self, person: Person, dialect: str = "v1", /, **changes: str | None) -> str:
        self.sign_in_as(person, 1)
        back = sent_back(await self.authorize(dialect, **changes))
        return back["code"]

    def exchanging(self, code: str, dialect: str = "v1", /, **changes: str | None) -> dict[str, str]:
        params: dict[str, str | None] = {
            "client_id": self.mnemonic,
            "code": code,
            "grant_type": "authorization_code",
            "redirect_uri": BACK,
            "timestamp": stamp(self.now()),
            "token_type": "Bearer",
            "scope": SCOPE,
            "state": str(uuid.uuid4()),
        }
        if dialect == "current":
            params["client_certificate_hash"] = self.gost.hash
        return {name: value for name, value in (params | changes).items() if value is not None}

    async def exchange(self, code: str, dialect: str = "v1", /, **changes: str | None) -> httpx.Response:
        return await self.http.post(self.te(dialect), data=self.signed(self.exchanging(code, dialect, **changes), dialect))

    async def refresh(self, token: str, dialect: str = "v1", /, **changes: str | None) -> httpx.Response:
        changes = {"code": None, "grant_type": "refresh_token", "refresh_token": token} | changes
        return await self.http.post(self.te(dialect), data=self.signed(self.exchanging("", dialect, **changes), dialect))

    async def tokens(self, person: Person, scope: str = SCOPE, dialect: str = "v1", **changes: str | None) -> dict[str, Any]:
        answer = await self.exchange(await self.code(person, dialect, scope=scope, **changes), dialect, scope=scope)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def read(self, token: str, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(f"/esia/rs{path}", headers={"Authorization": f"Bearer {token}", **headers})

    async def last_verdicts(self) -> dict[str, Any]:
        answer = await self.http.get("/_sandbox/requests", params={"system": "esia"})
        verdicts: dict[str, Any] = answer.json()["requests"][-1]["verdicts"]
        return verdicts


def sent_back(answer: httpx.Response) -> dict[str, str]:
    """The parameters of a redirect to the information system."""
    assert answer.status_code in {302, 303}, answer.text
    location = answer.headers["location"]
    assert location.startswith(BACK), location
    return dict(parse_qsl(urlsplit(location).query))


def part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def header(token: str) -> dict[str, Any]:
    return part(token, 0)


def claims(token: str) -> dict[str, Any]:
    return part(token, 1)


@pytest.fixture
async def esia() -> AsyncIterator[Esia]:
    app = create_app(now=lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost:9000") as http:
        made = Esia(app=app, http=http)
        assert (await made.register()).status_code == 201
        yield made
