"""SMSC.ru as a client with a password sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.sandbox.texting import PHONE, Client, client


class Smsc:
    def __init__(self, made: Client, keys: dict[str, str]) -> None:
        self.client = made
        self.login, self.psw = keys["login"], keys["psw"]

    async def ask(self, name: str = "send", *, method: str = "GET", **fields: Any) -> httpx.Response:
        given = {"login": self.login, "psw": self.psw, "charset": "utf-8", "fmt": 3, **fields}
        if name == "send":
            given = {"phones": PHONE, "mes": "Ваш код 4711", **given}
        filled = {key: str(value) for key, value in given.items() if value is not None}
        where = {"data": filled} if method == "POST" else {"params": filled}
        answer = await self.client.http.request(method, f"/smsc/sys/{name}.php", **where)  # type: ignore[arg-type]  # one of two known names
        assert answer.status_code == 200
        return answer

    async def sent(self, **fields: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self.ask(**fields)).json()
        return found

    async def status(self, id_: Any, **fields: Any) -> Any:
        return (await self.ask("status", **{"phone": PHONE, "id": id_, **fields})).json()


@pytest.fixture
async def smsc() -> AsyncIterator[Smsc]:
    async for made in client("smsc"):
        yield Smsc(made, (await made.http.get("/_sandbox/merchants")).json()["smsc"])
