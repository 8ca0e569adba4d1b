"""SMS.RU as a client with a key sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.sandbox.texting import PHONE, Client, client


class SmsRu:
    def __init__(self, made: Client, api_id: str) -> None:
        self.client = made
        self.api_id = api_id

    async def ask(self, path: str, *, method: str = "POST", **fields: Any) -> httpx.Response:
        given = {"api_id": self.api_id, "json": 1, **fields}
        filled = {key: str(value) for key, value in given.items() if value is not None}
        where = {"data": filled} if method == "POST" else {"params": filled}
        answer = await self.client.http.request(method, f"/smsru/{path}", **where)  # type: ignore[arg-type]  # one of two known names
        assert answer.status_code == 200
        return answer

    async def told(self, path: str, **fields: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self.ask(path, **fields)).json()
        return found

    async def send(self, **fields: Any) -> dict[str, Any]:
        return await self.told("sms/send", **{"to": PHONE, "msg": "PIN 4711", **fields})

    async def sent(self, **fields: Any) -> str:
        return str((await self.send(**fields))["sms"][PHONE]["sms_id"])

    async def status(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.told("sms/status", sms_id=id_))["sms"][id_]
        return found


@pytest.fixture
async def smsru() -> AsyncIterator[SmsRu]:
    async for made in client("smsru"):
        found = SmsRu(made, (await made.http.get("/_sandbox/merchants")).json()["smsru"]["api_id"])
        yield found
        await made.control("accounts", callbacks=[], senders=["SchoolHub"], limit=10_000)
