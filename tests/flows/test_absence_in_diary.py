"""A notice of absence in the family's own diary: told once, by the day, and honest about what was not taken."""

from __future__ import annotations

import asyncio

import pytest

from connectors.kit.absences import AbsenceReason, AbsentDay, DayState
from connectors.kit.errors import AccessDenied, Rejected, TimedOut, Unavailable
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.family_kit import form, kinds, page, parents, relative, told
from tests.flows.kit import Hub
from tests.flows.register_kit import DAY, NEXT, ONE, TWO, FakeBoth, FakeRegister, path, put, seen, sent, turned

AT_SCHOOL = "Температура"


@pytest.fixture
def register(hub: Hub) -> FakeRegister:
    return put(hub, FakeRegister(hub.clock, accounts=hub.diary.accounts))


@pytest.mark.feature("F176")
async def test_days_go_into_the_diary_that_takes_them_and_the_family_hears(hub: Hub, register: FakeRegister) -> None:
    anna, boris, child = await parents(hub)
    ways = (await told(await anna.get(path(child))))["ways"]
    assert (ways["diary"], ways["letter"], ways["office"]) == ("Дневник.ру", None, None)
    made = await sent(anna, child, TWO)
    assert (made["state"], made["channels"], made["diary"]["state"], made["diary"]["may_check"]) == ("sent", ["diary"], "taken", True)
    assert register.changes() == ["announce"] and sorted(register.there) == [DAY, NEXT]
    assert register.words == [(AbsenceReason.ILL, "Температура 39")]
    assert "absence_sent" in await kinds(boris)
    text = await page(anna, f"/children/{child}/absence")
    assert "Дневник.ру: записано" in text and "Проверить" in text
    log = (await told(await anna.get(f"/api/v1/children/{child}/access-log")))["items"]
    assert "absence.sent" in {one["action"] for one in log}


@pytest.mark.rule("A12")
async def test_the_same_form_pressed_together_is_told_once(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    body = ONE | {"form": "f1"}
    answers = await asyncio.gather(*(anna.send("POST", path(child), json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert register.changes() == ["announce"]


async def test_a_day_that_stands_there_already_is_not_told_over_and_not_taken_out(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    register.there[DAY] = AbsentDay(day=DAY, comment="От папы", is_own=False)
    made = await sent(anna, child, TWO)
    assert made["diary"]["state"] == "taken"
    assert register.asked[-1] == ("announce", (NEXT,))
    await turned(anna, child, made, "withdraw")
    assert register.asked[-1] == ("withdraw", (NEXT,)) and list(register.there) == [DAY]
    assert (await seen(anna, child))["diary"]["state"] == "removed"


async def test_days_that_the_diary_did_not_take_are_named(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    register.refuses = {NEXT}
    made = await sent(anna, child, TWO)
    assert (made["state"], made["diary"]["state"], made["diary"]["missing"]) == ("sent", "partly", ["2026-11-19"])
    assert made["may_retry"]
    text = await page(anna, f"/children/{child}/absence")
    assert "записаны не все дни" in text and "чт, 19 ноября" in text
    register.refuses = set()
    again = await turned(anna, child, made, "retry")
    assert again["diary"]["state"] == "taken" and register.asked[-1] == ("announce", (NEXT,))


@pytest.mark.parametrize(
    ("error", "state"), [(Rejected("dnevnik", "bad_request", "День не подходит"), "refused"), (AccessDenied("dnevnik", "pupil"), "refused")]
)
async def test_what_the_diary_refuses_stays_a_draft_with_its_words(hub: Hub, register: FakeRegister, error: Exception, state: str) -> None:
    anna, boris, child = await parents(hub)
    register.changes_fail = error
    made = await sent(anna, child, ONE)
    assert (made["state"], made["diary"]["state"], made["channels"], made["may_retry"]) == ("draft", state, [], True)
    assert "absence_sent" not in await kinds(boris)
    assert "не принято" in await page(anna, f"/children/{child}/absence")
    assert AT_SCHOOL not in str(await hub.rows("SELECT * FROM absence_entry")) + "".join(await kinds(boris))
    assert "не подходит" not in str(await hub.rows("SELECT * FROM absence_entry"))


@pytest.mark.parametrize("error", [TimedOut("dnevnik", "30 s"), Unavailable("dnevnik", "502")])
async def test_after_a_lost_answer_the_list_says_that_it_arrived(hub: Hub, register: FakeRegister, error: Exception) -> None:
    anna, _, child = await parents(hub)
    register.loses = error
    made = await sent(anna, child, TWO)
    assert (made["state"], made["diary"]["state"]) == ("sent", "taken")
    assert [name for name, _ in register.asked] == ["list", "announce", "list"]


async def test_single_lessons_go_another_way(hub: Hub) -> None:
    both = put(hub, FakeBoth(hub.clock, accounts=hub.diary.accounts))
    assert isinstance(both, FakeBoth)
    anna, _, child = await parents(hub)
    made = await sent(anna, child, ONE | {"lessons": [5]})
    assert (made["channels"], made["diary"]) == (["letter"], None) and both.changes() == []
    whole = await sent(anna, child, ONE)
    assert (whole["channels"], whole["letter"]) == (["diary"], None) and len(both.sent) == 1
    both.refuses = {NEXT}
    rest = await sent(anna, child, {"first_day": "2026-11-19"})
    assert (rest["channels"], rest["diary"]["state"], len(both.sent)) == (["letter"], "refused", 2)


async def test_beside_the_schools_own_inbox_the_diary_is_told_and_the_school_decides_here(hub: Hub, register: FakeRegister) -> None:
    desk: Desk = await open_desk(hub)
    await desk.anna.link()
    made = await sent(desk.anna, desk.petya, ONE)
    assert made["channels"] == ["office", "diary"]
    register.there[DAY] = AbsentDay(day=DAY, state=DayState.ACCEPTED)
    assert (await turned(desk.anna, desk.petya, made, "check"))["state"] == "sent"


@pytest.mark.rule("A5b")
@pytest.mark.security("3")
async def test_who_may_not_look(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    made = await sent(anna, child, ONE)
    check = f"{path(child)}/{made['id']}/check"
    assert [(await galina.send("POST", one)).status_code for one in (check, f"{path(child)}/nothing/check")] == [404, 404]
    assert (await anna.send("POST", f"{path(child)}/nothing/check")).status_code == 404
    assert (await anna.send("POST", check, csrf="wrong")).status_code == 403
    assert (await anna.send("POST", check, origin="https://evil.test")).status_code == 403
    assert (await hub.browser().send("POST", check)).status_code in (401, 403)
    assert register.changes() == ["announce"]


async def test_the_page_says_what_did_not_go_and_stays_when_the_diary_is_silent(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    own = f"/children/{child}/absence"
    register.list_fails = Unavailable("dnevnik", "down")
    went = await form(anna, own, form="f1", first_day="2026-11-18")
    assert went.headers["Location"] == f"{own}?done=draft" and register.changes() == []
    after = await page(anna, went.headers["Location"])
    assert "школе пока не передано" in after and "записать не получилось" in after and "Проверить" not in after
    register.well()
    made = await seen(anna, child)
    again = await form(anna, f"{own}/{made['id']}/retry")
    assert again.headers["Location"] == f"{own}?done=sent"
    register.list_fails = TimedOut("dnevnik", "2 s")
    silent = await form(anna, f"{own}/{made['id']}/check")
    text = str(await silent.get_data(as_text=True))
    assert silent.status_code >= 500 and "Дневник.ру" in text and "записано" in text and "Отозвать" in text


@pytest.mark.rule("A12")
async def test_the_same_key_looks_once(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    made = await sent(anna, child, ONE)
    before = len(register.asked)
    check = f"{path(child)}/{made['id']}/check"
    answers = [await told(await anna.send("POST", check, **{"Idempotency-Key": "k1"})) for _ in range(2)]
    assert answers[0] == answers[1] and len(register.asked) == before + 1
