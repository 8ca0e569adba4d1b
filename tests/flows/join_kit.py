"""A family that joins a school, two officers of that school, and one of another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from quart import Response

from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from hub.worker.jobs import jobs
from identity.claims import ChildClaim, Claims
from tests.flows.desk_kit import snils
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import OGRN, open_office, signed

KID = kid(1, "Пётр")
TEEN = replace(kid(3, "Вера", last="Орлова"), birth_date=date(2010, 3, 3))


@dataclass
class Joining:
    """`anna` is the mother of `petya`, who is in no school yet; `nina` and `rita` keep the first school's office, `oleg` another's."""

    hub: Hub
    nina: Browser
    rita: Browser
    oleg: Browser
    anna: Browser
    petya: str

    async def ask(self, browser: Browser | None = None, *, child: str | None = None, klass: Any = "6А", **changes: Any) -> Response:
        body = {"child": child or self.petya, "school_ogrn": OGRN, "class": klass, "role": "legal_representative"} | changes
        return await (browser or self.anna).send("POST", "/api/v1/joins", json=body)

    async def join(self, browser: Browser | None = None, **changes: Any) -> dict[str, Any]:
        """A new application."""
        made: dict[str, Any] = await told(await self.ask(browser, **changes), 201)
        return made

    async def read(self, bundle: str, browser: Browser | None = None) -> dict[str, Any]:
        found: dict[str, Any] = await told(await (browser or self.anna).get(f"/api/v1/joins/{bundle}"))
        return found

    async def approve(self, request: str, officer: Browser | None = None) -> Response:
        return await (officer or self.nina).send("POST", f"/api/v1/office/joins/{request}/approve")

    async def reject(self, request: str, officer: Browser | None = None, reason: str | None = "Нет мест.") -> Response:
        body = {} if reason is None else {"reason": reason}
        return await (officer or self.nina).send("POST", f"/api/v1/office/joins/{request}/reject", json=body)

    async def queue(self, officer: Browser | None = None, query: str = "?state=submitted") -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await told(await (officer or self.nina).get(f"/api/v1/office/joins{query}")))["items"]
        return items

    async def complete(self, made: dict[str, Any], officer: Browser | None = None) -> None:
        for one in made["requests"]:
            await told(await self.approve(one["id"], officer))

    async def work(self, *names: str) -> None:
        for job in jobs(self.hub.deps):
            while job.name in names and await job.batch():
                pass

    async def notices(self, browser: Browser | None = None) -> list[str]:
        return [str(one["kind"]) for one in (await told(await (browser or self.anna).get("/api/v1/me/notices")))["items"]]

    async def child(self, browser: Browser | None = None, child: str | None = None) -> dict[str, Any]:
        me = await (browser or self.anna).me()
        found: dict[str, Any] = next(one for one in me["children"] if one["id"] == (child or self.petya))
        return found


def claims(code: str, first: str, number: int, *, children: tuple[ChildClaim, ...] = (), **more: Any) -> Claims:
    return parent(f"of {code}", last_name="Орлов", first_name=first, snils=snils(number), children=children, **more)


def pupil(code: str = "vera", **more: Any) -> Claims:
    """The pupil of 16, with an account of her own."""
    given: dict[str, Any] = {"last_name": "Орлова", "birth_date": TEEN.birth_date, "snils": TEEN.snils, "children": None}
    return parent(f"of {code}", first_name="Вера", **(given | more))


async def told(answer: Response, status: int = 200) -> Any:
    assert answer.status_code == status, await answer.get_data(as_text=True)
    return await answer.get_json()


async def open_joining(hub: Hub) -> Joining:
    nina = await open_office(hub, [])
    now, second = hub.clock(), snils(155000009)
    cards = [OfficerCard(school=OGRN, role="school_admin", snils=second.digits, names=("Лапина", "Рита", ""))]
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, cards, now=now))
    hub.esia.claims["rita"] = parent("of rita", last_name="Лапина", first_name="Рита", snils=second, children=())
    hub.esia.claims["anna"] = parent(children=(KID,))
    anna = await signed(hub, "anna")
    petya = str((await anna.me())["children"][0]["id"])
    return Joining(hub=hub, nina=nina, rita=await signed(hub, "rita"), oleg=await signed(hub, "oleg"), anna=anna, petya=petya)
