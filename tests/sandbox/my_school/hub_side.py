"""An information system at «Моя школа»: calls for people, the school's decisions."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.world.model import Person, School
from tests.sandbox.stand import Stand

RETURN = "http://localhost:8000/auth/my_school/return"
CLIENT: dict[str, Any] = {"client_id": "school-hub", "client_secret": "hub-at-my-school", "redirect_uris": [RETURN]}
API = "/my-school/api/v1"
GIVE = ("last_name", "first_name", "middle_name", "snils")


class System:
    """`token` is the system's own; `for_` names whom it acts for."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.token = ""

    # People of the town
    def named(self, last_name: str, first_name: str) -> Person:
        return next(it for it in self.stand.town.people.values() if (it.last_name, it.first_name) == (last_name, first_name))

    @property
    def father(self) -> Person:
        """Confirmed; his son of 11 has no school."""
        return self.named("Орлов", "Павел")

    @property
    def son(self) -> Person:
        return self.named("Орлов", "Глеб")

    @property
    def pupil(self) -> Person:
        """Of 15 or 16, with an own account."""
        return self.named("Соколова", "Дарья")

    @property
    def school(self) -> School:
        return self.stand.town.schools["kry"]

    def admins(self, school: str = "kry") -> list[Person]:
        return [it for it in self.stand.town.people.values() if it.role == "school_admin" and it.school == school]

    # Calls
    async def grant(self, **form: str) -> httpx.Response:
        pair = (str(CLIENT["client_id"]), str(CLIENT["client_secret"]))
        return await self.stand.http.post("/my-school/oauth/token", data=form, auth=pair)

    async def sign_in(self) -> None:
        answer = await self.grant(grant_type="client_credentials")
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]

    async def call(self, method: str, path: str, who: Person | None = None, body: Any = None, **headers: str) -> httpx.Response:
        own = {"Authorization": f"Bearer {self.token}"} | ({"X-Person": oid(who)} if who else {})
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.stand.http.request(method, f"{API}/{path}", json=body, headers=own | more)

    async def data(self, method: str, path: str, who: Person | None = None, body: Any = None, **headers: str) -> Any:
        answer = await self.call(method, path, who, body, **headers)
        assert answer.is_success, answer.text
        assert answer.json()["ok"] is True
        return answer.json()["data"]

    async def agree(self, who: Person) -> httpx.Response:
        given = {name: getattr(who, name) for name in GIVE}
        return await self.call("POST", "persons", None, {"oid": oid(who), "agreed_at": "2026-11-20T12:00:00+03:00", **given})

    async def ready(self, who: Person, kind: str = "legal_representative") -> None:
        """Agreed, with a profile."""
        assert (await self.agree(who)).is_success
        await self.data("PUT", "me/profile", who, {"kind": kind, "terms": "2026-09", "agreed": True})

    def form(self, **changes: Any) -> dict[str, Any]:
        child = {"snils": self.son.snils}
        return {"role": "legal_representative", "child": child, "school_ogrn": self.school.ogrn, "class": "6А", "submit": True} | changes

    async def submitted(self, **changes: Any) -> Any:
        """The father's bundle for his son."""
        await self.ready(self.father)
        return await self.data("POST", "bundles", self.father, self.form(**changes))

    async def again(self, bundle: Any) -> Any:
        return await self.data("GET", f"bundles/{bundle['id']}", self.father)

    # The school
    async def officer(self, number: int = 0, school: str = "kry") -> Person:
        found = self.admins(school)[number]
        await self.agree(found)
        return found

    async def decide(self, who: Person, request: Any, decision: str = "approve", version: int | None = None, **body: str) -> httpx.Response:
        wanted = request["version"] if version is None else version
        return await self.call("POST", f"office/requests/{request['id']}/{decision}", who, body or None, If_Match=f'"{wanted}"')


def oid(who: Person) -> str:
    assert who.esia is not None
    return str(who.esia.oid)


def refused(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["ok"] is False and body["trace"] and body["error"]["message"]
    return answer.status_code, body["error"]["code"]
