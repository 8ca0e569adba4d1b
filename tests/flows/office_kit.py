"""A school's office to play with: its administrator, a second school's, a guard, and what they do most."""

from __future__ import annotations

from typing import Any

from quart import Response

from hub.store.school import schools
from hub.store.school.schools import OfficerCard, SchoolCard
from tests.flows.kit import Browser, Hub, kid, parent

OGRN, OTHER = "1027700000001", "1027700000002"
PUPIL = {"last_name": "Соколов-Ёлкин", "first_name": "Артём", "middle_name": "", "birth_date": "2014-02-03", "class": "6 «А»"}
ADMIN, ADMIN2, VERA = kid(0, "").snils, kid(2, "").snils, kid(3, "").snils
assert ADMIN and ADMIN2 and VERA
POSTS = ((OGRN, "school_admin", ADMIN), (OTHER, "school_admin", ADMIN2), (OGRN, "guard", VERA))


async def open_office(hub: Hub, held: list[float]) -> Browser:
    """An administrator of the first school, signed in; the answers' delays are noted in `held` instead of waited for."""

    async def note(seconds: float) -> None:
        held.append(seconds)

    hub.change(pause=note)
    now = hub.clock()

    def load() -> None:
        for ogrn in (OGRN, OTHER):
            card = SchoolCard(ogrn=ogrn, inn="7701000001", legal_name=f"Школа {ogrn}", short_name="Школа 5", zone="Asia/Omsk")
            schools.put_school(card, now=now)
        officers = [OfficerCard(school=school, role=role, snils=snils.digits, names=("Ким", "Нина", "")) for school, role, snils in POSTS]
        schools.put_officers(hub.deps.keys, officers, now=now)

    await hub.deps.db.write(load)
    for code, snils in (("nina", ADMIN), ("oleg", ADMIN2), ("vera", VERA)):
        hub.esia.claims[code] = parent(f"of {code}", last_name="Ким", first_name=code, snils=snils, children=())
    return await signed(hub, "nina")


async def signed(hub: Hub, code: str) -> Browser:
    browser = hub.browser()
    await browser.sign_in(code)
    return browser


async def enter(office: Browser, **changes: Any) -> str:
    answer = await office.send("POST", "/api/v1/office/pupils", json=PUPIL | changes)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return str((await answer.get_json())["id"])


async def code_for(office: Browser, pupil: str) -> str:
    answer = await office.send("POST", f"/api/v1/office/pupils/{pupil}/invitations")
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return str((await answer.get_json())["code"])


async def redeem(browser: Browser, code: str, last: str = "Соколов-Ёлкин", first: str = "Артём", **headers: str) -> Response:
    body = {"last_name": last, "first_name": first, "code": code}
    return await browser.send("POST", "/api/v1/invitations/redeem", json=body, **headers)
