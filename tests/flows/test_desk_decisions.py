"""What only a school can settle: stopped guardians, lists that changed, minor parents, sign-ins, profiles (RULES A3, A5, A9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from identity.claims import Claims, Contact, Level
from identity.model import LinkRole, PersonId
from identity.store import BindIntent, bind_profile, person
from tests.flows.desk_kit import DOCUMENT, WHY, Desk, father, open_desk, put_on_card, snils
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import signed


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def frozen_father(desk: Desk) -> Browser:
    ivan = await desk.father()
    path = f"/api/v1/children/{desk.petya}/guardians/{await desk.person(ivan)}/freeze"
    answer = await desk.anna.send("POST", path)
    assert answer.status_code in (200, 204), await answer.get_data(as_text=True)
    return ivan


@pytest.mark.rule("A5")
@pytest.mark.parametrize(("decide", "sees"), [("sign", True), ("refuse", False)])
async def test_a_stopped_guardian_comes_back_or_goes_by_the_schools_word(desk: Desk, decide: str, sees: bool) -> None:
    ivan = await frozen_father(desk)
    item = await desk.only("frozen")
    assert (item["person"], [one["kind"] for one in item["evidence"]]) == ("Иван Орлов", ["esia_kid"])
    assert (await desk.nina.send("POST", f"/api/v1/office/reviews/{item['id']}/{decide}", json={})).status_code == 400, "a reason"
    assert (await desk.nina.send("POST", f"/api/v1/office/reviews/{item['id']}/{decide}", json=WHY)).status_code == 200
    assert await desk.sees(ivan) is sees
    kinds = ("guardian_kept", "guardian_kept") if sees else ("guardian_refused", "guardian_ended")
    assert kinds[0] in await desk.notices(ivan)
    assert kinds[1] in await desk.notices(desk.anna)
    again = await desk.sign(item["id"], desk.rita, **WHY)
    assert (again.status_code, (await again.get_json())["type"]) == (409, "/problems/already_decided")


@pytest.mark.rule("A2")
@pytest.mark.rule("B5")
async def test_a_child_no_longer_listed_is_confirmed_by_two_officers_a_document_and_a_days_notice(desk: Desk) -> None:
    await desk.father()
    desk.hub.esia.claims["ivan"] = father(children=())
    await signed(desk.hub, "ivan")
    item = await desk.only("to_confirm")
    assert (await desk.sign(item["id"], desk.nina, **WHY)).status_code == 422, "a document"
    first = await desk.sign(item["id"], desk.nina, document=DOCUMENT)
    assert (await first.get_json())["state"] == "second_officer"
    assert "guardian_announced" in await desk.notices(desk.anna)
    case = await desk.only("guardian", desk.rita)
    assert (case["document"], case["first_by"]) == ("Решение суда № 2-100/2026 от 01.10.2026", "nina Ким")
    assert (await desk.sign(case["id"], desk.nina)).status_code == 403
    second = await desk.sign(case["id"], desk.rita)
    assert (await second.get_json())["state"] == "announced"
    await desk.work("attach_announced")
    assert await desk.hub.rows("SELECT state FROM guardianship WHERE evidence = 'school_approval'") == []
    desk.hub.clock.go(days=15)
    await desk.work("attach_announced", "identity_terms")
    ivan = await signed(desk.hub, "ivan")
    assert await desk.sees(ivan)
    evidence = await desk.hub.rows("SELECT evidence, state FROM guardianship WHERE evidence = 'school_approval'")
    assert evidence == [("school_approval", "active")]
    assert "guardian_approved" in await desk.notices(ivan)


@pytest.mark.rule("B5")
async def test_an_announced_guardian_who_is_restricted_within_the_day_never_comes(desk: Desk) -> None:
    await desk.father()
    desk.hub.esia.claims["ivan"] = father(children=())
    ivan = await signed(desk.hub, "ivan")
    await desk.sign((await desk.only("to_confirm"))["id"], desk.nina, document=DOCUMENT)
    await desk.sign((await desk.only("guardian"))["id"], desk.rita)
    await desk.restrict(await desk.person(ivan))
    desk.hub.clock.go(hours=25)
    await desk.work("attach_announced")
    assert not await desk.sees(await signed(desk.hub, "ivan"))
    assert await desk.queue() == []


@pytest.mark.rule("A5")
async def test_a_parent_below_18_sees_by_the_schools_word_and_a_document(desk: Desk) -> None:
    young = replace(kid(2, "Ева", last="Юная"), source_id="young", birth_date=date(2025, 1, 1))
    young = replace(young, snils=snils(166000001))
    mother = parent("of olga", last_name="Юная", first_name="Ольга", birth_date=date(2009, 5, 1), snils=snils(166000002), children=(young,))
    desk.hub.esia.claims["olga"] = mother
    olga = await signed(desk.hub, "olga")
    child = await put_on_card(desk.hub, young)
    assert not await desk.sees(olga, child)
    await desk.sign((await desk.only("minor_parent"))["id"], desk.nina, document=DOCUMENT)
    assert not await desk.sees(olga, child), "one signature is not enough"
    assert (await desk.sign((await desk.only("guardian"))["id"], desk.rita)).status_code == 200
    assert await desk.sees(olga, child), "nobody else had to be told a day before"
    assert await desk.sees(await signed(desk.hub, "olga"), child), "the next sign-in changes nothing"


@pytest.mark.rule("A3")
async def test_a_known_account_whose_snils_changed_comes_back_when_two_officers_saw_the_documents(desk: Desk) -> None:
    fresh = parent(snils=snils(177000001), children=(kid(1, "Пётр"),))
    desk.hub.esia.claims["anna"] = fresh
    stopped = await desk.hub.browser().get("/")
    assert stopped.status_code == 200
    browser = desk.hub.browser()
    for _ in range(2):
        answer = await browser.back(await browser.leave(), "anna")
        assert answer.status_code == 409
    item = await desk.only("sign_in")
    assert item["reason"] == "snils_changed"
    assert item["differences"] == [{"field": "snils", "known": "***-***-*** 64", "told": snils(177000001).masked}]
    assert (await desk.sign(item["id"], desk.nina, document=DOCUMENT)).status_code == 200
    assert (await browser.back(await browser.leave(), "anna")).status_code == 409
    assert (await desk.sign(item["id"], desk.rita)).status_code == 200
    anna = await signed(desk.hub, "anna")
    assert await desk.sees(anna)
    assert "record_corrected" in await desk.notices(anna)
    assert await desk.queue() == []


@pytest.mark.rule("A3")
async def test_a_snils_that_another_person_carries_is_corrected_by_no_signature(desk: Desk) -> None:
    await desk.father()
    desk.hub.esia.claims["anna"] = parent(snils=snils(155000001))
    browser = desk.hub.browser()
    assert (await browser.back(await browser.leave(), "anna")).status_code == 409
    item = await desk.only("sign_in")
    first = await desk.sign(item["id"], desk.nina, document=DOCUMENT)
    second = await desk.sign(item["id"], desk.rita)
    assert (first.status_code, second.status_code) == (200, 403), "the unique index of proven SNILS stands"
    assert (await desk.refuse(item["id"], desk.rita)).status_code == 200


async def held_profile(desk: Desk, **changes: Any) -> str:
    """Petya's VK profile, with another birth date in it."""
    keys, now, anna = desk.hub.deps.keys, desk.hub.clock(), PersonId(await desk.person(desk.anna))
    claims = Claims(
        system="vkid", subject="777", level=Level.UNKNOWN, last_name="Орлов", first_name="Пётр", birth_date=date(2000, 1, 1), **changes
    )
    intent = BindIntent(initiator=anna, person=PersonId(desk.petya), role=LinkRole.CHILD)
    done = await desk.hub.deps.db.write(lambda: bind_profile(keys, claims, intent, session_person=anna, now=now))
    return done.state.value


@pytest.mark.rule("A9")
async def test_a_held_profile_is_bound_by_the_schools_word_with_a_reason(desk: Desk) -> None:
    assert await held_profile(desk) == "review"
    item = await desk.only("profile")
    assert item["reason"] == "birthdate_mismatch"
    assert (await desk.sign(item["id"], desk.nina)).status_code == 400
    assert (await desk.sign(item["id"], desk.nina, **WHY)).status_code == 200
    found = await desk.hub.rows("SELECT person, use, state FROM account_link WHERE system = 'vkid'")
    assert found == [(desk.petya, "chat", "active")]
    assert "profile_allowed" in await desk.notices(desk.anna)


@pytest.mark.rule("A9")
async def test_a_profile_that_somebody_else_took_meanwhile_is_not_bound(desk: Desk) -> None:
    await held_profile(desk, phones=(Contact(value="+79990000000", verified=True),))
    ivan = PersonId(await desk.person(await desk.father()))
    keys, now = desk.hub.deps.keys, desk.hub.clock()
    claims = Claims(system="vkid", subject="777", level=Level.UNKNOWN, last_name="Орлов", first_name="Иван", birth_date=date(1984, 2, 2))
    mine = BindIntent(initiator=ivan, person=ivan, role=LinkRole.PARENT)
    await desk.hub.deps.db.write(lambda: bind_profile(keys, claims, mine, session_person=ivan, now=now))
    answer = await desk.sign((await desk.only("profile"))["id"], desk.nina, **WHY)
    assert (answer.status_code, (await answer.get_json())["type"].rsplit("/")[-1]) in ((409, "already_bound"), (409, "self_parent"))


@pytest.mark.rule("A6")
async def test_full_capacity_needs_two_officers_and_takes_the_guardians_view(desk: Desk) -> None:
    teen = replace(kid(2, "Мария", last="Орлова"), birth_date=date(2010, 1, 5), snils=snils(166000003))
    desk.hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), teen))
    anna = await signed(desk.hub, "anna")
    child = await put_on_card(desk.hub, teen)
    assert await desk.sees(anna, child)
    path = f"/api/v1/office/pupils/{child}/full-capacity"
    assert (await desk.nina.send("POST", path, json={"since": "2030-01-01", "document": DOCUMENT})).status_code == 400
    made = await desk.nina.send("POST", path, json={"since": "2026-11-01", "document": DOCUMENT})
    assert await desk.sees(anna, child), "one signature works on nobody"
    assert (await desk.sign((await made.get_json())["id"], desk.rita)).status_code == 200
    assert not await desk.sees(anna, child)
    assert "full_capacity" in await desk.notices(anna)
    young = f"/api/v1/office/pupils/{desk.petya}/full-capacity"
    assert (await desk.nina.send("POST", young, json={"since": "2026-11-01", "document": DOCUMENT})).status_code == 403


@pytest.mark.rule("A13")
async def test_what_the_school_decides_is_in_the_childs_own_log_by_name(desk: Desk) -> None:
    await frozen_father(desk)
    await desk.sign((await desk.only("frozen"))["id"], desk.nina, **WHY)
    found = await desk.hub.deps.db.read(lambda: person(desk.hub.deps.keys, PersonId(desk.petya)))
    assert found
    log = (await (await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log")).get_json())["items"]
    assert "Школа вернула доступ" in [one["what"] for one in log]


@pytest.mark.rule("A5b")
@pytest.mark.parametrize(("decide", "kind"), [("sign", "proposal_agreed"), ("refuse", "proposal_refused")])
async def test_an_act_to_which_a_guardian_objected_waits_in_the_queue_for_the_schools_word(desk: Desk, decide: str, kind: str) -> None:
    ivan = await desk.father()
    made = await desk.anna.send("POST", f"/api/v1/children/{desk.petya}/proposals", json={"act": "change_school"})
    assert made.status_code == 201, await made.get_data(as_text=True)
    proposed = (await made.get_json())["id"]
    assert (await ivan.send("POST", f"/api/v1/proposals/{proposed}/object")).status_code in (200, 204)
    item = await desk.only("proposal")
    assert (item["reason"], item["person"]) == ("change_school_objected", "Анна Орлова")
    path = f"/api/v1/office/reviews/{item['id']}/{decide}"
    assert (await desk.oleg.send("POST", path, json=WHY)).status_code == 404
    assert (await desk.nina.send("POST", path, json={})).status_code == 400
    assert (await desk.nina.send("POST", path, json=WHY)).status_code == 200
    assert kind in await desk.notices(ivan)
    assert (await desk.rita.send("POST", path, json=WHY)).status_code == 409
    assert await desk.queue() == []
