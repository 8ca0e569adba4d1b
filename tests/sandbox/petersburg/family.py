"""A family at the site: its sign-in and its calls, with the cookie kept by hand as clients do."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.world.model import Person
from tests.sandbox.stand import Stand

API = "/petersburg/api"


class Family:
    """`token` is the newest that the site gave."""

    def __init__(self, stand: Stand, who: Person | None = None) -> None:
        self.stand = stand
        self.who = who or stand.parent
        self.token = ""

    @property
    def account(self) -> dict[str, Any]:
        return self.stand.account(self.who)

    @property
    def education(self) -> str:
        return str(self.stand.account(self.stand.child)["education_id"])

    async def sign_in(self, **changes: Any) -> httpx.Response:
        own = {"login": self.account["login"], "password": self.account["password"]}
        body = {"type": "email", "activation_code": None, "_isEmpty": False, **own, **changes}
        answer = await self.stand.http.post(f"{API}/user/auth/login", json=body)
        self.stand.http.cookies.clear()
        if answer.status_code == 200:
            self.token = answer.json()["data"]["token"]
        return answer

    async def ask(self, path: str, **query: Any) -> httpx.Response:
        answer = await self.stand.http.get(f"{API}/{path}", params=query or None, headers={"Cookie": f"X-JWT-Token={self.token}"})
        self.stand.http.cookies.clear()
        return answer

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (set(body), body["messages"]) == ({"data", "validations", "messages", "debug"}, [])
        return body["data"]

    async def lessons(self, start: str = "16.11.2026", end: str = "21.11.2026", **more: Any) -> list[dict[str, Any]]:
        query = {
            "p_datetime_from": f"{start} 00:00:00",
            "p_datetime_to": f"{end} 23:59:59",
            "p_educations[]": self.education,
            "p_limit": "1000",
        }
        found: list[dict[str, Any]] = (await self.get("journal/lesson/list-by-education", **query, **more))["items"]
        return found

    async def estimates(self, start: str = "01.09.2026", end: str = "20.11.2026") -> list[dict[str, Any]]:
        query = {"p_date_from": start, "p_date_to": end, "p_educations[]": self.education, "p_limit": "1000"}
        found: list[dict[str, Any]] = (await self.get("journal/estimate/table", **query))["items"]
        return found
