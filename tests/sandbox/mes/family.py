"""A family of the platform, its numbers, and calls with its token."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.world.model import Person
from tests.sandbox.stand import Stand

WEEK = {"from": "2026-11-09", "to": "2026-11-14"}
DAYS = {"begin_date": "2026-11-09", "end_date": "2026-11-14"}
ALL = "marks,homework,absence_reason_id,health_status,nonattendance_reason_id"
VERIFIER = "verifier-of-eighty-letters-verifier-of-eighty-letters-verifier-of-eighty-letters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
STATEMENT = "e30.eyJzb2Z0d2FyZV9pZCI6ImRuZXZuaWsubW9zLnJ1In0.c2ln"
BASES = {"mes": "/mes", "mes-mo": "/mes-mo-auth"}


def is_paid(stamp: str, bits: int = 15) -> bool:
    return not int.from_bytes(hashlib.sha1(stamp.encode(), usedforsecurity=False).digest()) >> (160 - bits)


def paid(header: str) -> str:
    """The hashcash stamp, as octodiary finds it."""
    return next(stamp for counter in itertools.count() if is_paid(stamp := f"{header}{counter:x}"))


@dataclass
class Family:
    """The first parent and child of a node; `token` opens its diary."""

    stand: Stand
    token: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"x-mes-subsystem": "familymp"})

    def __post_init__(self) -> None:
        self.token = self.token or str(self.stand.account()["token"])

    @property
    def base(self) -> str:
        return BASES[self.stand.prefix]

    @property
    def student(self) -> str:
        return str(self.stand.account(self.stand.child)["student_id"])

    @property
    def guid(self) -> str:
        return str(self.stand.account(self.stand.child)["person_guid"])

    @property
    def contract(self) -> str:
        return str(13_000_000 + self.stand.child.number)

    async def ask(self, path: str, method: str = "GET", **more: Any) -> httpx.Response:
        headers = {**self.headers, "Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return await self.stand.http.request(method, f"{self.base}/{path}", headers=headers, **more)

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.ask(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def of_child(self, path: str, **params: Any) -> Any:
        """A call of the family API with the child's number."""
        return await self.get(f"api/family/mobile/v1/{path}", student_id=self.student, **params)

    async def events(self, expand: str = ALL, **params: Any) -> list[dict[str, Any]]:
        found = await self.get("api/eventcalendar/v1/api/events", person_ids=self.guid, expand=expand, **{**DAYS, **params})
        assert found["total_count"] == len(found["response"])
        rows: list[dict[str, Any]] = found["response"]
        return rows


@dataclass
class Door:
    """mos.ru as the app walks through it, step by step."""

    stand: Stand
    client: dict[str, str] = field(default_factory=dict)
    proof: str = ""

    async def post(self, path: str, **more: Any) -> httpx.Response:
        return await self.stand.http.post(f"/mes-auth/sps/{path}", **more)

    async def begin(self, **changes: str) -> httpx.Response:
        body = {"software_id": "dnevnik.mos.ru", "device_type": "android_phone", "software_statement": STATEMENT}
        self.client = (await self.post("oauth/register", json=body, headers={"Authorization": "Bearer app"})).json()
        asked = {
            "response_type": "code",
            "display": "script",
            "scope": "openid profile",
            "access_type": "offline",
            "client_id": self.client["client_id"],
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "redirect_uri": "dnevnik-mes://oauth2redirect",
        }
        answer = await self.stand.http.get("/mes-auth/sps/oauth/ae", params=asked | changes)
        if answer.status_code == 200 and "json" in answer.headers["content-type"]:
            self.proof = answer.json()["items"][0]["proofOfWork"]
        return answer

    async def password(self, login: str | None = None, password: str | None = None, stamp: str | None = None) -> Any:
        account = self.stand.account()
        body = {
            "login": login or account["login"],
            "password": password or account["password"],
            "proofOfWork": paid(self.proof) if stamp is None else stamp,
        }
        answer = await self.post("login/methods/headless/password", json=body)
        assert answer.status_code == 200
        return answer.json()

    async def bind(self, code: str | None = None) -> httpx.Response:
        return await self.post("login/methods/headless/sms/bind", data=None if code is None else {"sms-code": code})

    async def texts(self, who: Person | None = None) -> list[dict[str, Any]]:
        phone = (who or self.stand.parent).phone
        answer = await self.stand.http.get("/inbox", params={"kind": "sms", "to": phone}, headers={"Accept": "application/json"})
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def to_code(self, trust: str = "false") -> str:
        """From the first page to the code of the application."""
        await self.begin()
        await self.password()
        await self.bind()
        answer = await self.bind((await self.texts())[0]["code"])
        if answer.status_code == 200:
            answer = await self.post("login/ur/askToTrust", data={"trust": trust})
        assert answer.status_code == 302
        return answer.headers["location"].partition("?code=")[2]

    async def token(self, **params: str) -> httpx.Response:
        pair = (self.client["client_id"], self.client["client_secret"])
        return await self.post("oauth/te", params=params, auth=pair)

    async def exchange(self, code: str, verifier: str = VERIFIER) -> httpx.Response:
        uri = "dnevnik-mes://oauth2redirect"
        return await self.token(grant_type="authorization_code", code=code, redirect_uri=uri, code_verifier=verifier)

    async def to_school(self, access: str) -> httpx.Response:
        body: Mapping[str, Any] = {"user_authentication_for_mobile_request": {"mos_access_token": access}}
        return await self.stand.http.post("/mes/v3/auth/sudir/auth", json=body)

    async def whole_way(self) -> str:
        """A new token of the school, still asleep."""
        access = (await self.exchange(await self.to_code())).json()["access_token"]
        return str((await self.to_school(access)).json()["user_authentication_for_mobile_response"]["mesh_access_token"])
