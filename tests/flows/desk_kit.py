"""A desk with two officers of one school, a third of another, and a family to decide about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from quart import Response

from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from hub.worker.jobs import jobs
from identity.claims import ChildClaim, Claims
from identity.model import PersonId
from identity.snils import Snils, checksum
from identity.store import PupilCard, put_pupil
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import OGRN, open_office, signed

DOCUMENT = {"kind": "Решение суда", "number": "2-100/2026", "date": "2026-10-01"}
WHY = {"reason": "Сверили документы."}
PETYA = kid(1, "Пётр")


def snils(number: int) -> Snils:
    nine = f"{number:09d}"
    return Snils(f"{nine}{checksum(nine):02d}")


def father(**changes: Any) -> Claims:
    made = parent("2000", last_name="Орлов", first_name="Иван", middle_name="Павлович", birth_date=date(1984, 2, 2), snils=snils(155000001))
    return replace(made, **{"children": (replace(PETYA, source_id="f-1"),)} | changes)


@dataclass
class Desk:
    """`nina` and `rita` keep one office, `oleg` another; `anna` is Petya's mother, and `petya` is in the first school's card."""

    hub: Hub
    nina: Browser
    rita: Browser
    oleg: Browser
    anna: Browser
    petya: str

    async def father(self) -> Browser:
        self.hub.esia.claims["ivan"] = father()
        return await signed(self.hub, "ivan")

    async def person(self, browser: Browser) -> str:
        return str((await browser.me())["person"]["id"])

    async def sees(self, browser: Browser, child: str | None = None) -> bool:
        me = await browser.me()
        return (child or self.petya) in [one["id"] for one in me["children"]]

    async def queue(self, officer: Browser | None = None) -> list[dict[str, Any]]:
        answer = await (officer or self.nina).get("/api/v1/office/reviews")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        items: list[dict[str, Any]] = (await answer.get_json())["items"]
        return items

    async def only(self, kind: str, officer: Browser | None = None) -> dict[str, Any]:
        (found,) = [one for one in await self.queue(officer) if one["kind"] == kind]
        return found

    async def sign(self, item: str, officer: Browser, **word: Any) -> Response:
        return await officer.send("POST", f"/api/v1/office/reviews/{item}/sign", json=word)

    async def refuse(self, item: str, officer: Browser) -> Response:
        return await officer.send("POST", f"/api/v1/office/reviews/{item}/refuse", json=WHY)

    async def restrict(self, who: str | None = None, *, by_snils: Snils | None = None, **more: Any) -> str:
        """Proposed by nina and signed by rita."""
        named = {"guardian": who} if who else {"snils": by_snils.canonical if by_snils else ""}
        path = f"/api/v1/office/pupils/{self.petya}/restrictions"
        made = await self.nina.send("POST", path, json={"document": DOCUMENT, **named, **more})
        assert made.status_code == 201, await made.get_data(as_text=True)
        item = str((await made.get_json())["id"])
        signed_ = await self.sign(item, self.rita)
        assert signed_.status_code == 200, await signed_.get_data(as_text=True)
        return item.partition(".")[2]

    async def work(self, *names: str) -> None:
        """The worker's jobs of these names, until they have nothing to do."""
        for job in jobs(self.hub.deps):
            while job.name in names and await job.batch():
                pass

    async def notices(self, browser: Browser) -> list[str]:
        answer = await browser.get("/api/v1/me/notices")
        return [one["kind"] for one in (await answer.get_json())["items"]]


async def open_desk(hub: Hub) -> Desk:
    nina = await open_office(hub, [])
    now, second = hub.clock(), snils(155000009)
    cards = [OfficerCard(school=OGRN, role="school_admin", snils=second.digits, names=("Лапина", "Рита", ""))]
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, cards, now=now))
    hub.esia.claims["rita"] = parent("of rita", last_name="Лапина", first_name="Рита", snils=second, children=())
    hub.esia.claims["anna"] = parent(children=(PETYA,))
    anna = await signed(hub, "anna")
    petya = str((await anna.me())["children"][0]["id"])
    assert await put_on_card(hub) == petya
    return Desk(hub=hub, nina=nina, rita=await signed(hub, "rita"), oleg=await signed(hub, "oleg"), anna=anna, petya=petya)


async def put_on_card(hub: Hub, who: ChildClaim = PETYA, school: str = OGRN) -> str:
    """A pupil as a roster with SNILS names him: the record that Gosuslugi made is found, not doubled."""
    card = PupilCard(last_name=who.last_name, first_name=who.first_name, birth_date=who.birth_date, snils=who.snils, klass="6А")
    now, officer = hub.clock(), PersonId("roster")
    made = await hub.deps.db.write(lambda: put_pupil(hub.deps.keys, school=school, card=card, officer=officer, zone="Asia/Omsk", now=now))
    return str(made[0])
