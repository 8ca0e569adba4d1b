"""The provider of the sandbox in one process, a registered client, and what a browser and a client do with it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import httpx
import pytest

from sandbox.app import SandboxApp, create_app
from sandbox.openid import system
from sandbox.world.model import Person

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
ROOT = "http://localhost:9000"
ISSUER = f"{ROOT}/op"
BACK = "http://localhost:8000/auth/mosru/return"
BYE = "http://localhost:8000/signed-out"
CLIENT, SECRET = "school hub", "s+cret %20:ключ"
VERIFIER = "v" * 43


def challenge(verifier: str = VERIFIER) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def basic(client_id: str = CLIENT, secret: str = SECRET) -> str:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


@dataclass
class Op:
    """One sandbox and what a client does with it."""

    app: SandboxApp
    http: httpx.AsyncClient
    state: str = "state-1"
    nonce: str = "nonce-1"
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": basic()})

    async def register(self, **changes: Any) -> httpx.Response:
        body = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_uris": [BACK],
            "post_logout_redirect_uris": [BYE],
            "title": "Дневник",
        }
        answer = await self.http.post("/_sandbox/op/clients", json=body | changes)
        assert answer.status_code == 201, answer.text
        return answer

    async def switch(self, **changes: Any) -> None:
        answer = await self.http.post("/_sandbox/op/switches", json=changes)
        assert answer.status_code == 200, answer.text

    async def rotate(self, way: str, alg: str = "RS256") -> dict[str, Any]:
        answer = await self.http.post("/_sandbox/op/keys/rotate", json={"alg": alg, "way": way})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def fault(self, kind: str, value: Any = None, path: str | None = None) -> None:
        body = {"system": "op", "kind": kind, "value": value, "path": path}
        assert (await self.http.post("/_sandbox/faults", json=body)).status_code == 201

    def sign_in_as(self, person: Person | None, times: int | None = None) -> None:
        if person is None:
            self.app.sandbox.sign_in_as.clear("op")
        else:
            self.app.sandbox.sign_in_as.choose("op", person.id, times)

    def pass_seconds(self, seconds: float) -> None:
        self.app.sandbox.clock.shift(self.app.sandbox.clock.offset_s + seconds)

    def person(self, level: str = "confirmed", role: str = "parent", number: int = 0) -> Person:
        people = self.app.sandbox.town.people.values()
        return [one for one in people if one.esia is not None and one.esia.level == level and one.role == role][number]

    def asking(self, **changes: str | None) -> dict[str, str]:
        params: dict[str, str | None] = {
            "client_id": CLIENT,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "openid profile",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge(),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (params | changes).items() if value is not None}

    async def authorize(self, **changes: str | None) -> httpx.Response:
        return await self.http.get("/op/authorize", params=self.asking(**changes))

    async def code(self, person: Person, **changes: str | None) -> str:
        self.sign_in_as(person, 1)
        return sent_back(await self.authorize(**changes), changes.get("redirect_uri") or BACK)["code"]

    async def token(self, headers: dict[str, str] | None = None, /, **form: str) -> httpx.Response:
        return await self.http.post("/op/token", data=form, headers=self.headers if headers is None else headers)

    async def exchange(self, code: str, headers: dict[str, str] | None = None, **changes: str | None) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER} | changes
        return await self.http.post(
            "/op/token",
            data={name: value for name, value in form.items() if value is not None},
            headers=self.headers if headers is None else headers,
        )

    async def refresh(self, text: str, **changes: str) -> httpx.Response:
        return await self.token(grant_type="refresh_token", refresh_token=text, **changes)

    async def tokens(self, person: Person, **changes: str | None) -> dict[str, Any]:
        answer = await self.exchange(await self.code(person, **changes))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def userinfo(self, access: str, method: str = "GET") -> httpx.Response:
        return await self.http.request(method, "/op/userinfo", headers={"Authorization": f"Bearer {access}"})

    async def keys(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.http.get("/op/jwks")).json()["keys"]
        return found

    async def verdicts(self) -> dict[str, Any]:
        answer = await self.http.get("/_sandbox/requests", params={"system": "op"})
        told: dict[str, Any] = answer.json()["requests"][-1]["verdicts"]
        return told


def sent_back(answer: httpx.Response, to: str = BACK) -> dict[str, str]:
    """The parameters of the redirect to the client, each there once."""
    assert answer.status_code in {302, 303}, answer.text
    location = answer.headers["location"]
    assert location.startswith(to), location
    pairs = parse_qsl(urlsplit(location).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def header(token: str) -> dict[str, Any]:
    return part(token, 0)


def claims(token: str) -> dict[str, Any]:
    return part(token, 1)


@pytest.fixture
async def op() -> AsyncIterator[Op]:
    app = create_app(now=lambda: NOW, builders=[system])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ROOT) as http:
        made = Op(app=app, http=http)
        await made.register()
        yield made
