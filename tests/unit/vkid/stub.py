"""A VK ID of our own for the shapes and lies that the sandbox does not serve; every part of an answer can be replaced."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import respx

from connectors.kit.calls import Caller
from connectors.kit.clients import new_client
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.ports import Access, Arrival
from connectors.kit.secret import Secret
from connectors.vkid.client import VkId
from tests.unit.kit.forge import part

BASE = "http://localhost:9000/vkid"
BACK = "http://localhost:8000/auth/vkid/return"
STATE = "0c8a4d4e-5f0b-4b9c-8d0e-6f7a3b2c1d00"
CLIENT = "51000001"
DEVICE = "dEv1ce-Id_of-the-browser"
NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
USER_ID = 1234567890
USER: dict[str, Any] = {
    "user_id": str(USER_ID),
    "first_name": "Анна",
    "last_name": "Соколова",
    "phone": "79262464800",
    "avatar": "https://avatars.example/1.jpg",
    "email": "Anna@Example.org",
    "sex": 1,
    "verified": False,
    "birthday": "12.03.1988",
}
OLD = Access(token=Secret("vk2.a.old"), owner=str(USER_ID), refresh=Secret("vk2.a.spent"), extra={"device_id": DEVICE, "scope": "phone"})


def id_token(**told: Any) -> str:
    """Shaped as VK's; nobody can verify it."""
    claims = {"iss": "VK", "sub": USER_ID, "app": int(CLIENT), "exp": 1_820_000_000, "iat": 1_789_000_000, "jti": "21", **told}
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}.{part('signature')}"


@dataclass(slots=True, kw_only=True)
class Stub:
    """What VK ID answers, by path; `token` changes single fields of the token answer, None takes one away."""

    user: Any = field(default_factory=lambda: dict(USER))
    token: dict[str, Any] = field(default_factory=dict)
    replies: dict[str, httpx.Response | Exception] = field(default_factory=dict)
    seen: list[httpx.Request] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=lambda: {"CLIENT_ID": CLIENT})
    router: respx.MockRouter = field(init=False)

    def __post_init__(self) -> None:
        self.router = respx.MockRouter(assert_all_called=False)
        self.router.post(url__regex=rf"{BASE}/oauth2/.*").mock(side_effect=self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        path = request.url.path.removeprefix("/vkid")
        reply = self.replies.get(path)
        if isinstance(reply, Exception):
            raise reply
        if reply is not None:
            return reply
        if path == "/oauth2/auth":
            return as_json({name: value for name, value in {**self._tokens(), **self.token}.items() if value is not None})
        return as_json({"user": self.user} if path == "/oauth2/user_info" else {"response": 1})

    def _tokens(self) -> dict[str, Any]:
        return {
            "access_token": "vk2.a.access",
            "refresh_token": "vk2.a.refresh",
            "id_token": id_token() if self.form("/oauth2/auth")["grant_type"] == "authorization_code" else None,
            "token_type": "Bearer",
            "expires_in": 3600,
            "user_id": USER_ID,
            "state": self.form("/oauth2/auth")["state"],
            "scope": "vkid.personal_info phone email",
        }

    def form(self, path: str) -> dict[str, str]:
        """The fields of the last request to this path, each there once, nothing of them in the address."""
        request = next(one for one in reversed(self.seen) if one.url.path == f"/vkid{path}")
        assert request.url.query == b""
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert "authorization" not in request.headers
        found = parse_qs(request.content.decode(), strict_parsing=True)
        assert all(len(values) == 1 for values in found.values())
        return {name: values[0] for name, values in found.items()}

    @property
    def paths(self) -> list[str]:
        return [request.url.path.removeprefix("/vkid") for request in self.seen]

    def port(self) -> VkId:
        async def no_pause(seconds: float) -> None:
            await asyncio.sleep(0)

        client = new_client(transport=httpx.MockTransport(self.router.async_handler))
        caller = Caller("vkid", BASE, client, sleep=no_pause)
        config = ConnectorConfig(instance="vkid", base_urls={"vkid": BASE}, options=self.options, demo=True)
        return VkId(config, Equipment(callers={"vkid": caller}, now=lambda: NOW))


def arrival(params: Mapping[str, str] | None = None, *, verifier: str = "v" * 64) -> Arrival:
    """The browser's return; without `params` a good one, as VK ID sends it."""
    good = {"code": "vk2.a.c0de", "state": STATE, "device_id": DEVICE, "type": "code_v2", "expires_in": "600"}
    return Arrival(params=good if params is None else params, keep={"verifier": verifier}, state=STATE, redirect_uri=BACK)


def as_json(value: Any, status: int = 200) -> httpx.Response:
    """With every letter escaped, so that half a surrogate can be sent too."""
    return httpx.Response(status, headers={"Content-Type": "application/json"}, content=json.dumps(value).encode())


def query(url: str) -> dict[str, str]:
    """The parameters of an address, each of which must be there once."""
    found = parse_qs(urlsplit(url).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}
