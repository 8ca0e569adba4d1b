"""Standard providers of our own for the lies that the sandbox does not tell; every part of an answer can be replaced."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

import httpx
import respx
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey

from connectors.kit.config import ConnectorConfig
from connectors.kit.ports import Arrival, Departure, SignInPort
from connectors.kit.registry import connect
from identity.claims import Claims
from tests.unit.kit.forge import NOW, at, b64, pair, part

CLIENT = "school hub"
SECRET = "s3cret:&+ u"
STATE = "0c8a4d4e-5f0b-4b9c-8d0e-6f7a3b2c1d00"
ISSUER = "https://id.example.ru/op"
PROFILE = {"family_name": "Соколова", "given_name": "Анна", "middle_name": "Сергеевна", "birthdate": "1988-03-12", "gender": "female"}


def at_hash(access_token: str) -> str:
    return urlsafe_b64encode(sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


def published(name: str, **changed: Any) -> dict[str, Any]:
    """The public half of the named key as a JWK."""
    known = RSAKey.import_key(pair(name).public()).as_dict(private=False)
    return {name: value for name, value in {**known, "kid": name, "use": "sig", "alg": "RS256", **changed}.items() if value is not None}


def signed(claims: Mapping[str, Any], *, key: str, header: Mapping[str, Any] | None = None) -> str:
    """RS256 by the named key; a header field given as None is left out."""
    told = {"alg": "RS256", "kid": key, "typ": "JWT", **(header or {})}
    text = f"{part({name: value for name, value in told.items() if value is not None})}.{part(dict(claims))}"
    return f"{text}.{b64(pair(key).private.sign(text.encode(), PKCS1v15(), SHA256()))}"


@dataclass(slots=True, kw_only=True)
class Provider:
    """An honest provider until something is changed. `claims` and `header` change the ID token; None leaves a field out."""

    issuer: str = ISSUER
    name: str = "mosru"
    key: str = "op-1"
    keys: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    id_token: str | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": "anna-1", **PROFILE})
    replies: dict[str, httpx.Response | Exception] = field(default_factory=dict)
    seen: list[httpx.Request] = field(default_factory=list)
    departure: Departure | None = None
    router: respx.MockRouter = field(init=False)

    def __post_init__(self) -> None:
        self.keys = self.keys or [published(self.key)]
        self.router = respx.MockRouter(assert_all_called=False)
        self.router.route(url__startswith=self.issuer).mock(side_effect=self._reply)

    @property
    def description(self) -> dict[str, Any]:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        }
        return {name: value for name, value in {**told, **self.metadata}.items() if value is not None}

    def told(self) -> dict[str, Any]:
        """The claims of its ID token."""
        nonce = self.departure.keep["nonce"] if self.departure else "n-1"
        access = self.answer.get("access_token", "access-1")
        told = {
            "iss": self.issuer, "sub": "anna-1", "aud": CLIENT, "exp": at(600), "iat": at(), "auth_time": at(-5),
            "nonce": nonce, "at_hash": at_hash(access), "acr": "urn:op:acr:confirmed", "sid": "s-1",
        }  # fmt: skip
        return {name: value for name, value in {**told, **self.claims}.items() if value is not None}

    def _reply(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        path = str(request.url.copy_with(query=None)).removeprefix(self.issuer)
        reply = self.replies.get(path)
        if isinstance(reply, Exception):
            raise reply
        if reply is not None:
            return reply
        answers: dict[str, Any] = {
            "/.well-known/openid-configuration": lambda: self.description,
            "/jwks": lambda: {"keys": self.keys},
            "/token": self.token_answer,
            "/userinfo": lambda: self.userinfo,
        }
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=json.dumps(answers[path]()).encode())

    def token_answer(self) -> dict[str, Any]:
        token = self.id_token if self.id_token is not None else signed(self.told(), key=self.key, header=self.header)
        told = {"access_token": "access-1", "token_type": "Bearer", "expires_in": 300, "id_token": token}
        return {name: value for name, value in {**told, **self.answer}.items() if value is not None}

    def asked(self, path: str) -> list[httpx.Request]:
        return [request for request in self.seen if request.url.path.endswith(path)]

    @property
    def form(self) -> dict[str, str]:
        found = parse_qs(self.asked("/token")[-1].content.decode(), strict_parsing=True)
        assert all(len(values) == 1 for values in found.values())
        return {name: values[0] for name, values in found.items()}

    @property
    def back(self) -> str:
        return f"http://localhost:8000/auth/{self.name}/return"

    def port(
        self, *, transport: httpx.AsyncBaseTransport | None = None, demo: bool = False, options: Mapping[str, str] | None = None
    ) -> SignInPort:
        told = {"CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, **(options or {})}
        config = ConnectorConfig(instance=self.name, base_urls={self.name: self.issuer}, options=told, demo=demo, connector="openid")
        network = transport or httpx.MockTransport(self.router.async_handler)
        return connect([config], now=lambda: NOW, transport=lambda name: network).sign_ins[self.name]

    async def leave(self, port: SignInPort) -> Departure:
        self.departure = await port.begin(state=STATE, redirect_uri=self.back)
        return self.departure

    async def finish(self, port: SignInPort | None = None, params: Mapping[str, str | None] | None = None) -> Claims:
        """A whole sign-in; `params` change what the browser brings back, None leaves out."""
        port = port or self.port()
        departure = await self.leave(port)
        told = {"code": "c0de", "state": STATE, "iss": self.issuer, **(params or {})}
        brought = {name: value for name, value in told.items() if value is not None}
        return await port.finish(Arrival(params=brought, keep=departure.keep, state=STATE, redirect_uri=self.back))
