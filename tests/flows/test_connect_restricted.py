"""A restricted person and diaries that tell no names: nothing is kept, nothing comes back by the child's own login (RULES A5a, A15)."""

from __future__ import annotations

import pytest

from tests.flows.asking import WEEK
from tests.flows.connect_kit import PASSWORD_OF_PETYA, SNILS_OF_PETYA, Connecting, connecting
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Browser, Clock, Hub
from tests.flows.office_kit import signed

CABINET = {"snils": SNILS_OF_PETYA, "password": PASSWORD_OF_PETYA}
CONTRACT = {"account": "2700000017", "password": "a-password"}


@pytest.fixture
def found(hub: Hub, clock: Clock) -> Connecting:
    made = connecting(hub, clock)
    made.contract.set_password = CONTRACT["password"]
    return made


@pytest.fixture
async def desk(found: Connecting) -> Desk:
    return await open_desk(found.hub)


async def link(browser: Browser) -> list[int]:
    given = (("iv-edu", CABINET), ("digital-school", CONTRACT))
    return [(await browser.send("POST", f"/api/v1/links/{system}", json={"credentials": one})).status_code for system, one in given]


@pytest.mark.rule("A5a")
@pytest.mark.rule("A15")
async def test_a_restriction_destroys_the_passwords_of_nameless_diaries_too(found: Connecting, desk: Desk) -> None:
    ivan = await desk.father()
    assert await link(ivan) == [201, 201]
    who = await desk.person(ivan)
    assert len(await found.hub.rows(f"SELECT id FROM diary_link WHERE person = '{who}'")) == 2
    assert await link(desk.anna) == [201, 409], "the cabinet has one login for both parents; this contract is one parent's"
    await desk.restrict(who)
    assert await found.hub.rows(f"SELECT id FROM diary_link WHERE person = '{who}'") == []
    assert len(await found.hub.rows("SELECT id FROM diary_link")) == 1, "the mother's stays"


@pytest.mark.rule("A5a")
@pytest.mark.rule("A15")
async def test_the_childs_own_login_shows_a_restricted_person_nothing(found: Connecting, desk: Desk) -> None:
    ivan = await desk.father()
    await desk.restrict(await desk.person(ivan))
    ivan = await signed(found.hub, "ivan")
    await link(ivan)
    assert (await ivan.me())["children"] == []
    for (child,) in await found.hub.rows("SELECT DISTINCT child FROM diary_pupil WHERE child IS NOT NULL"):
        for kind in ("marks", "lessons"):
            assert (await ivan.get(f"/api/v1/children/{child}/{kind}?{WEEK}")).status_code == 404
    listed = (await (await ivan.get("/api/v1/links")).get_json())["items"]
    assert not any(one["to_pick"] or one["children"] for one in listed)
    done = [f"/connect/done/{one['id']}" for one in listed if one["system"] in ("iv-edu", "digital-school")]
    pages = [await (await ivan.get(path, Accept="text/html")).get_data(as_text=True) for path in ("/", "/family", "/connect", *done)]
    assert not any("Школа 5" in text or "6А" in text for text in pages)
