"""VK ID of the sandbox in one process, one registered app, and what an honest client does with it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from sandbox.app import SandboxApp, create_app
from sandbox.world.model import Person

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
BACK = "http://localhost:8000/auth/vkid/return"
CLIENT = "53001234"
SCOPE = "vkid.personal_info email phone"


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def sent_back(answer: httpx.Response) -> dict[str, str]:
    """The parameters of a redirect to the app."""
    assert answer.status_code in {302, 303}, answer.text
    location = answer.headers["location"]
    assert location.startswith(BACK), location
    return dict(parse_qsl(urlsplit(location).query))


@dataclass
class VkId:
    """One sandbox and one app; `verifier` is the app's, `device` and `code` what the browser brought last."""

    app: SandboxApp
    http: httpx.AsyncClient
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    async def register(self, **changes: Any) -> httpx.Response:
        body = {"client_id": CLIENT, "redirect_uris": [BACK], "scopes": SCOPE.split()}
        return await self.http.post("/_sandbox/vkid/apps", json=body | changes)

    async def switch(self, **changes: Any) -> None:
        answer = await self.http.post("/_sandbox/vkid/switches", json=changes)
        assert answer.status_code == 200, answer.text

    async def control(self, path: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"/_sandbox/{path}", json=body)

    def pass_seconds(self, seconds: float) -> None:
        self.app.sandbox.clock.shift(self.app.sandbox.clock.offset_s + seconds)

    @property
    def people(self) -> list[Person]:
        return [one for one in self.app.sandbox.town.people.values() if one.vkid is not None]

    def person(self, role: str = "parent") -> Person:
        return next(one for one in self.people if one.role == role)

    def asking(self, **changes: str | None) -> dict[str, str]:
        params: dict[str, str | None] = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": BACK,
            "scope": SCOPE,
            "state": "s" * 40,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "s256",
        }
        return {name: value for name, value in (params | changes).items() if value is not None}

    async def authorize(self, **changes: str | None) -> httpx.Response:
        return await self.http.get("/vkid/authorize", params=self.asking(**changes))

    async def back(self, person: Person | None = None, **changes: str | None) -> dict[str, str]:
        """What the browser brings back to the app."""
        self.app.sandbox.sign_in_as.choose("vkid", (person or self.person()).id, 1)
        return sent_back(await self.authorize(**changes))

    def exchanging(self, back: dict[str, str], **changes: str | None) -> dict[str, str]:
        params: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": back["code"],
            "code_verifier": self.verifier,
            "client_id": CLIENT,
            "device_id": back["device_id"],
            "redirect_uri": BACK,
            "state": "exchange",
        }
        return {name: value for name, value in (params | changes).items() if value is not None}

    async def exchange(self, back: dict[str, str], **changes: str | None) -> httpx.Response:
        return await self.http.post("/vkid/oauth2/auth", data=self.exchanging(back, **changes))

    async def refresh(self, token: str, device: str, **changes: str | None) -> httpx.Response:
        params: dict[str, str | None] = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": CLIENT,
            "device_id": device,
            "state": "refresh",
        }
        return await self.http.post(
            "/vkid/oauth2/auth", data={name: value for name, value in (params | changes).items() if value is not None}
        )

    async def tokens(self, person: Person | None = None, **changes: str | None) -> dict[str, Any]:
        """The token answer, with the device_id beside it as a client keeps it."""
        back = await self.back(person, **changes)
        answer = await self.exchange(back)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told | {"device_id": back["device_id"]}

    async def ask(self, door: str, token: str, **changes: str | None) -> httpx.Response:
        params = {"client_id": CLIENT, "access_token": token} | changes
        data = {name: value for name, value in params.items() if value is not None}
        return await self.http.post(f"/vkid/oauth2/{door}", data=data)

    async def user(self, token: str) -> dict[str, Any]:
        answer = await self.ask("user_info", token)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["user"]
        return found

    async def log(self) -> list[dict[str, Any]]:
        answer = await self.http.get("/_sandbox/requests", params={"system": "vkid"})
        found: list[dict[str, Any]] = answer.json()["requests"]
        return found

    async def last_verdicts(self) -> dict[str, Any]:
        verdicts: dict[str, Any] = (await self.log())[-1]["verdicts"]
        return verdicts


def is_refused(answer: httpx.Response, error: str, description: str, status: int) -> bool:
    """The envelope in full: code, text, status."""
    told = answer.json()
    return bool((answer.status_code, told["error"], told["error_description"]) == (status, error, description))


@pytest.fixture
async def vkid() -> AsyncIterator[VkId]:
    app = create_app(now=lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost:9000") as http:
        made = VkId(app=app, http=http)
        assert (await made.register()).status_code == 201
        yield made
