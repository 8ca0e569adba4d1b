"""A Gosuslugi of our own for the shapes and lies that the sandbox does not serve; every part of an answer can be replaced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import respx

from connectors.kit.ports import Arrival, SignInPort
from identity.claims import Claims
from tests.unit.esia.material import BACK, BASE, STATE, Material, connector
from tests.unit.kit.forge import CLIENT, ISSUER, at, claims, token

OID = "1000299654"
REST = rf"{BASE}/rs/.*"
PERSON: dict[str, Any] = {
    "stateFacts": ["EntityRoot"],
    "firstName": "Анна",
    "lastName": "Соколова",
    "middleName": "Сергеевна",
    "birthDate": "12.03.1988",
    "gender": "F",
    "trusted": True,
    "citizenship": "RUS",
    "snils": "000-000-600 06",
    "status": "REGISTERED",
    "verifying": False,
    "rIdDoc": 180,
    "eTag": "68E3D2B1F9",
}
CONTACTS: list[Any] = [
    {"stateFacts": ["Identifiable"], "id": 1, "type": "MBT", "vrfStu": "VERIFIED", "value": "+7(926)2464800", "eTag": "1"},
    {"stateFacts": ["Identifiable"], "id": 2, "type": "EML", "vrfStu": "NOT_VERIFIED", "value": "Anna@Example.org", "eTag": "2"},
]
KIDS: list[Any] = [
    {
        "stateFacts": ["EntityRoot"], "id": 501, "firstName": "Михаил", "lastName": "Соколов", "middleName": "Ильич",
        "birthDate": "18.06.2014", "gender": "M", "snils": "11223344595", "trusted": True,
    },
]  # fmt: skip


def collection(elements: list[Any]) -> dict[str, Any]:
    return {"stateFacts": ["hasSize"], "size": len(elements), "eTag": "C", "elements": elements}


def as_json(value: Any) -> httpx.Response:
    """With every letter escaped, so that half a surrogate can be sent too."""
    return httpx.Response(200, headers={"Content-Type": "application/json"}, content=json.dumps(value).encode())


def access_token(**changed: Any) -> str:
    told = {
        "nbf": at(), "scope": f"openid fullname?oid={OID}", "iss": ISSUER, "urn:esia:sid": "s", "urn:esia:sbj_id": int(OID),
        "exp": at(3600), "iat": at(), "client_id": CLIENT,
    }  # fmt: skip
    return token({**told, **changed}, header={"ver": 1, "sbt": "access"})


@dataclass(slots=True, kw_only=True)
class Stub:
    """What ESIA answers; `id_token` None means a good one with the nonce left out, as ESIA does."""

    material: Material
    person: Any = field(default_factory=lambda: dict(PERSON))
    contacts: Any = field(default_factory=lambda: collection(list(CONTACTS)))
    kids: Any = field(default_factory=lambda: collection(list(KIDS)))
    roles: Any = field(default_factory=lambda: collection([]))
    id_token: str | None = None
    access: str = field(default_factory=access_token)
    token_changes: dict[str, Any] = field(default_factory=dict)
    replies: dict[str, httpx.Response | Exception] = field(default_factory=dict)
    seen: list[httpx.Request] = field(default_factory=list)
    router: respx.MockRouter = field(init=False)

    def __post_init__(self) -> None:
        self.router = respx.MockRouter(assert_all_called=False)
        self.router.post(url__regex=rf"{BASE}/aas/oauth2/(v3/)?te$").mock(side_effect=self._token)
        self.router.get(url__regex=REST).mock(side_effect=self._rest)

    def _token(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if reply := self.replies.get("te"):
            return self._given(reply)
        told = {
            "access_token": self.access,
            "id_token": self.id_token or token(),
            "expires_in": 3600,
            "state": self.form["state"],
            "token_type": "Bearer",
        }
        return as_json({name: value for name, value in {**told, **self.token_changes}.items() if value is not None})

    def _rest(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        path = request.url.path.removeprefix("/esia")
        if reply := self.replies.get(path):
            return self._given(reply)
        answers = {f"/rs/prns/{OID}": self.person, f"/rs/prns/{OID}/ctts": self.contacts, f"/rs/prns/{OID}/kids": self.kids}
        answers[f"/rs/prns/{OID}/roles"] = self.roles
        return as_json(answers[path])

    @staticmethod
    def _given(reply: httpx.Response | Exception) -> httpx.Response:
        if isinstance(reply, Exception):
            raise reply
        return reply

    @property
    def form(self) -> dict[str, str]:
        """The fields of the last token request, each there once."""
        request = next(one for one in reversed(self.seen) if one.method == "POST")
        found = parse_qs(request.content.decode(), strict_parsing=True)
        assert all(len(values) == 1 for values in found.values())
        return {name: values[0] for name, values in found.items()}

    @property
    def read(self) -> list[str]:
        """The REST addresses that were read, with their queries."""
        return sorted(request.url.raw_path.decode().removeprefix("/esia") for request in self.seen if request.method == "GET")

    def port(self, **more: str) -> SignInPort:
        options = self.material.options(**{"dialect": "v1", "signer": "rsa", **more})
        return connector(options, httpx.MockTransport(self.router.async_handler))

    async def finish(self, params: Mapping[str, str] | None = None, *, port: SignInPort | None = None, nonce: str = "n-1") -> Claims:
        told = {"code": "c0de", "state": STATE} if params is None else dict(params)
        arrival = Arrival(params=told, keep={"nonce": nonce}, state=STATE, redirect_uri=BACK)
        return await (port or self.port()).finish(arrival)


def id_token(**changed: Any) -> str:
    return token(claims(**changed))
