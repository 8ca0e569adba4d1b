"""Who may do what alone, row by row through the stories: a week's silence, an objection, the school's word (RULES A5b)."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from hub.flows.guardianship.proposals import Silences
from identity.family.alone import RULE_OF, FamilyAct, Rule
from identity.store.tables import PersonRow
from tests.flows.desk_kit import WHY, open_desk
from tests.flows.family_kit import form, kinds, page, parents, relative, told
from tests.flows.kit import Browser, Hub
from tests.flows.office_kit import enter, open_office

pytestmark = pytest.mark.rule("A5b")
NEEDS_THE_OTHERS = [act.value for act in FamilyAct if RULE_OF[act] is Rule.SILENCE_OR_SCHOOL]


async def propose(who: Browser, child: str, act: str, status: int = 201) -> dict[str, str]:
    answer = await who.send("POST", f"/api/v1/children/{child}/proposals", json={"act": act})
    found: dict[str, str] = await told(answer, status)
    return found


async def state(who: Browser, id_: str) -> str:
    return str((await told(await who.get(f"/api/v1/proposals/{id_}")))["state"])


async def exists(who: Browser, child: str) -> bool:
    return (await who.get(f"/api/v1/children/{child}/guardians")).status_code == 200


async def work(hub: Hub) -> None:
    while await Silences(hub.deps).batch():
        pass


@pytest.mark.parametrize("act", [act.value for act in FamilyAct])
async def test_only_what_the_table_says_waits_for_the_others(hub: Hub, act: str) -> None:
    anna, _, child = await parents(hub)
    answer = await anna.send("POST", f"/api/v1/children/{child}/proposals", json={"act": act})
    assert answer.status_code == (201 if act in NEEDS_THE_OTHERS else 400)


@pytest.mark.parametrize("act", NEEDS_THE_OTHERS)
async def test_seven_days_of_silence_let_it_through_and_not_a_second_less(hub: Hub, act: str) -> None:
    anna, boris, child = await parents(hub)
    hub.clock.go(seconds=1)
    made = await propose(anna, child, act)
    assert (made["state"], (await kinds(boris))[0]) == ("waiting", "proposal_proposed")
    hub.clock.go(days=7, seconds=-1)
    await anna.sign_in()
    await boris.sign_in("boris")
    await work(hub)
    assert (await state(boris, made["id"]), await exists(anna, child)) == ("waiting", True)
    hub.clock.go(seconds=1)
    await work(hub)
    await work(hub)
    assert await exists(anna, child) == (act == "change_school")
    assert (await kinds(boris)).count("proposal_done") == 1
    if act == "change_school":
        assert await state(anna, made["id"]) == "done"


@pytest.mark.parametrize("act", NEEDS_THE_OTHERS)
async def test_an_objection_stops_it_until_the_school_speaks(hub: Hub, act: str) -> None:
    anna, boris, child = await parents(hub)
    made = await propose(anna, child, act)
    hub.clock.go(seconds=1)
    for _ in range(2):
        assert (await told(await boris.send("POST", f"/api/v1/proposals/{made['id']}/object")))["state"] == "objected"
    assert (await kinds(anna)).count("proposal_objected") == 1
    hub.clock.go(days=8)
    await work(hub)
    await anna.sign_in()
    assert (await state(anna, made["id"]), await exists(anna, child)) == ("objected", True)


async def test_who_proposed_it_cannot_object_and_the_other_cannot_take_it_back(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    made = await propose(anna, child, "change_school")
    assert (await anna.send("POST", f"/api/v1/proposals/{made['id']}/object")).status_code == 404
    assert (await boris.send("DELETE", f"/api/v1/proposals/{made['id']}")).status_code == 404
    for _ in range(2):
        assert (await told(await anna.send("DELETE", f"/api/v1/proposals/{made['id']}")))["state"] == "withdrawn"
    hub.clock.go(days=8)
    await work(hub)
    await boris.sign_in("boris")
    assert await state(boris, made["id"]) == "withdrawn"
    assert (await kinds(boris)).count("proposal_withdrawn") == 1
    assert (await boris.send("POST", f"/api/v1/proposals/{made['id']}/object")).status_code == 409


async def test_ten_parallel_proposals_are_one_and_a_repeat_starts_no_new_week(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    made = await asyncio.gather(*(propose(anna, child, "erase_child") for _ in range(10)))
    assert len({one["id"] for one in made}) == 1
    assert (await kinds(boris)).count("proposal_proposed") == 1
    hub.clock.go(days=3)
    await anna.sign_in()
    assert (await propose(anna, child, "erase_child"))["until"] == made[0]["until"]


async def test_a_lone_guardian_erases_at_once_and_whole(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    await boris.send("DELETE", f"/api/v1/children/{child}/guardians/me")
    await told(await anna.send("POST", f"/api/v1/children/{child}/login", json={}), 201)
    assert (await propose(anna, child, "erase_child"))["state"] == "done"
    assert not await exists(anna, child)
    assert (await anna.me())["children"] == []
    for table in ("diary_link", "diary_pupil", "diary_copy", "child_login"):
        assert await hub.rows(f"SELECT 1 FROM {table}") == [], table
    assert await hub.rows(f"SELECT 1 FROM audit_key WHERE person = '{child}'") == []


async def test_a_record_that_is_gone_meanwhile_stops_nobody_elses_turn(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await propose(anna, child, "erase_child")
    await hub.deps.db.write(lambda: PersonRow.update(state="closed").where(PersonRow.id == child).execute())
    hub.clock.go(days=8)
    await work(hub)
    assert await hub.rows(f"SELECT state FROM family_proposal WHERE id = '{made['id']}'") == [("done",)]


@pytest.mark.parametrize("how", ["stopped", "left", "turned 14"])
async def test_silence_lets_nothing_through_for_one_who_guards_no_more(hub: Hub, how: str) -> None:
    anna, boris, child = await parents(hub, born=date(2012, 11, 23) if how == "turned 14" else date(2014, 5, 6))
    made = await propose(anna, child, "erase_child")
    if how == "stopped":
        me = (await anna.me())["person"]["id"]
        assert (await boris.send("POST", f"/api/v1/children/{child}/guardians/{me}/freeze")).status_code == 204
    elif how == "left":
        assert (await anna.send("DELETE", f"/api/v1/children/{child}/guardians/me")).status_code == 204
    hub.clock.go(days=8)
    await work(hub)
    await boris.sign_in("boris")
    assert await exists(boris, child)
    assert await state(boris, made["id"]) == "withdrawn"


async def test_from_14_on_the_pupil_decides(hub: Hub) -> None:
    anna, _, child = await parents(hub, born=date(2011, 5, 6))
    answer = await anna.send("POST", f"/api/v1/children/{child}/proposals", json={"act": "erase_child"})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/pupil_decides")


async def test_strangers_and_delegates_propose_object_and_read_nothing(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await propose(anna, child, "change_school")
    galina = await relative(hub)
    code = (await told(await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 9}), 201))["code"]
    for taken in (False, True):
        if taken:
            await told(await galina.send("POST", "/api/v1/delegations/accept", json={"code": code}))
        answers = [
            await galina.send("POST", f"/api/v1/children/{child}/proposals", json={"act": "erase_child"}),
            await galina.get(f"/api/v1/children/{child}/proposals"),
            await galina.get(f"/api/v1/proposals/{made['id']}"),
            await galina.send("POST", f"/api/v1/proposals/{made['id']}/object"),
            await galina.get("/api/v1/proposals/none"),
        ]
        assert [one.status_code for one in answers] == [404] * 5, taken


@pytest.mark.rule("A16")
async def test_a_proposal_needs_a_fresh_sign_in(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    hub.clock.go(minutes=6)
    answer = await anna.send("POST", f"/api/v1/children/{child}/proposals", json={"act": "change_school"})
    assert (await answer.get_json())["type"] == "/problems/not_fresh"


@pytest.mark.parametrize(("decide", "ends"), [("sign", "done"), ("refuse", "refused")])
async def test_the_schools_word_stands_above_an_objection_and_the_worker_does_it(hub: Hub, decide: str, ends: str) -> None:
    desk = await open_desk(hub)
    ivan = await desk.father()
    made = await propose(desk.anna, desk.petya, "change_school")
    await told(await ivan.send("POST", f"/api/v1/proposals/{made['id']}/object"))
    item = (await desk.only("proposal"))["id"]
    answer = await (desk.sign(item, desk.nina, **WHY) if decide == "sign" else desk.refuse(item, desk.nina))
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    await work(hub)
    assert await state(desk.anna, made["id"]) == ends


async def test_the_pages_propose_object_and_take_back(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    assert "Предложить смену школы" in await page(anna, f"/children/{child}/proposals")
    asked = await page(anna, f"/children/{child}/proposals/erase_child")
    assert "Вернуть их нельзя" in asked and "Другие родители узнают" in asked
    await page(anna, f"/children/{child}/proposals/payout", 404)
    answer = await form(anna, f"/children/{child}/proposals", act="change_school")
    here = answer.headers["Location"]
    assert answer.status_code == 303 and here.startswith("/proposals/")
    await boris.me()
    assert "Я против" in await page(boris, here)
    assert (await form(boris, f"{here}/object")).status_code == 303
    assert "решает школа" in await page(anna, here)
    assert (await form(anna, f"{here}/withdraw")).status_code == 303
    assert "отозвано" in await page(boris, here)


async def test_an_office_of_no_school_enters_nothing(hub: Hub) -> None:
    office = await open_office(hub, [])
    pupil = await enter(office)
    assert (await office.send("POST", f"/api/v1/children/{pupil}/proposals", json={"act": "change_school"})).status_code == 404
