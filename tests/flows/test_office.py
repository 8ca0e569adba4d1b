"""An office works with its own school's pupils, never with its own family; a card's SNILS needs the names (RULES A3, A8, B5, B6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from identity.claims import Level
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import ADMIN, PUPIL, code_for, enter, open_office, redeem, signed


@pytest.fixture
def held() -> list[float]:
    return []


@pytest.fixture
async def office(hub: Hub, held: list[float]) -> Browser:
    return await open_office(hub, held)


@pytest.mark.rule("B6")
async def test_only_the_pupils_own_school_works_with_its_card(hub: Hub, office: Browser) -> None:
    pupil = await enter(office)
    path = f"/api/v1/office/pupils/{pupil}/invitations"
    oleg, guard, anna = [await signed(hub, code) for code in ("oleg", "vera", "anna")]
    for foreign in (path, "/api/v1/office/pupils/nobody/invitations"):
        assert [(await oleg.send("POST", foreign)).status_code, (await oleg.get(foreign)).status_code] == [404, 404]
    for other in (guard, anna):
        for answer in (
            await other.send("POST", path),
            await other.get(path),
            await other.send("POST", "/api/v1/office/pupils", json=PUPIL),
        ):
            assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_office")
    assert (await hub.browser().get(path)).status_code == 401


@pytest.mark.rule("A4")
async def test_an_officer_whose_account_is_not_confirmed_any_more_does_nothing(hub: Hub, office: Browser) -> None:
    hub.esia.claims["nina"] = replace(parent("of nina", last_name="Ким", first_name="nina", snils=ADMIN, children=()), level=Level.STANDARD)
    browser = await signed(hub, "nina")
    assert (await browser.send("POST", "/api/v1/office/pupils", json=PUPIL)).status_code == 403


@pytest.mark.rule("B5")
async def test_nobody_enters_or_invites_for_the_own_family(hub: Hub, office: Browser) -> None:
    assert ADMIN
    mine = kid(1, "Пётр")
    hub.esia.claims["nina"] = parent("of nina", last_name="Ким", first_name="nina", snils=ADMIN, children=(mine,))
    nina = await signed(hub, "nina")
    own = {"last_name": mine.last_name, "first_name": mine.first_name, "birth_date": "2014-05-06"}
    answer = await nina.send("POST", "/api/v1/office/pupils", json=PUPIL | own)
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/own_family")
    guardian = [{"snils": ADMIN.canonical, "last_name": "Ким", "first_name": "nina"}]
    answer = await nina.send("POST", "/api/v1/office/pupils", json=PUPIL | {"guardians": guardian})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/own_family")
    assert await hub.rows("SELECT count(*) FROM school_card") == [(0,)], "nothing of it stays"
    pupil = await enter(nina)
    assert (await redeem(nina, await code_for(nina, pupil))).status_code == 200
    assert (await nina.send("POST", f"/api/v1/office/pupils/{pupil}/invitations")).status_code == 403


@pytest.mark.rule("A3")
@pytest.mark.rule("A8")
@pytest.mark.feature("F070")
async def test_a_guardian_whose_snils_is_in_the_card_needs_no_code(hub: Hub, office: Browser) -> None:
    pupil = await enter(office, guardians=[{"snils": "12345678964", "last_name": "ОРЛОВА", "first_name": "анна"}])
    anna = await signed(hub, "anna")
    assert pupil in [child["id"] for child in (await anna.me())["children"]]
    guardians = (await (await anna.get(f"/api/v1/children/{pupil}/guardians")).get_json())["items"]
    assert [(one["evidence"], one["state"]) for one in guardians] == [("snils_in_school_card", "active")]


@pytest.mark.rule("A3")
@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ({"snils": "12345678964", "last_name": "Другая", "first_name": "Анна"}, Level.CONFIRMED),
        ({"snils": "12345678964", "last_name": "Орлова", "first_name": "Анна"}, Level.STANDARD),
    ],
    ids=["another surname", "an account that is not confirmed"],
)
async def test_a_snils_in_a_card_alone_attaches_nobody(hub: Hub, office: Browser, typed: dict[str, str], level: Level) -> None:
    pupil = await enter(office, guardians=[typed])
    hub.esia.claims["anna"] = parent(level=level)
    anna = await signed(hub, "anna")
    assert pupil not in [child["id"] for child in (await anna.me())["children"]]


@pytest.mark.rule("A8")
async def test_a_card_with_a_fault_is_refused_and_says_nothing_of_anybody(hub: Hub, office: Browser) -> None:
    faults: list[dict[str, Any]] = [
        {"last_name": " "},
        {"class": ""},
        {"birth_date": "2030-01-01"},
        {"first_name": "Пё\u0000тр"},
        {"birth_date": "вчера"},
        {"guardians": [{"snils": "12345678900", "last_name": "Орлова", "first_name": "Анна"}]},
    ]
    for fault in faults:
        answer = await office.send("POST", "/api/v1/office/pupils", json=PUPIL | fault)
        assert answer.status_code == 400, fault
    assert await hub.rows("SELECT count(*) FROM school_card") == [(0,)]


@pytest.mark.security("27")
async def test_writes_of_the_office_need_our_own_page(hub: Hub, office: Browser) -> None:
    for answer in (
        await office.send("POST", "/api/v1/office/pupils", json=PUPIL, csrf="wrong"),
        await office.send("POST", "/api/v1/invitations/redeem", json={}, origin="https://evil.test"),
    ):
        assert answer.status_code == 403
