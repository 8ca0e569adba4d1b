"""What becomes of a notice in the family's own diary: looked up by a button and by the worker, taken back, never told twice."""

from __future__ import annotations

import pytest

from connectors.kit.absences import AbsentDay, DayState
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AuthExpired, TimedOut, Unavailable
from connectors.kit.ports import Access
from hub.store.written import entries
from hub.worker.jobs import jobs
from tests.flows.family_kit import form, kinds, page, parents, told
from tests.flows.kit import Hub
from tests.flows.register_kit import DAY, NEXT, ONE, TWO, FakeRegister, path, put, seen, sent, turned, worker


@pytest.fixture
def register(hub: Hub) -> FakeRegister:
    return put(hub, FakeRegister(hub.clock, accounts=hub.diary.accounts))


async def test_after_a_lost_sending_the_list_says_that_it_did_not_arrive(hub: Hub, register: FakeRegister) -> None:
    anna, boris, child = await parents(hub)
    register.changes_fail = TimedOut("dnevnik", "30 s")
    made = await sent(anna, child, ONE)
    assert (made["state"], made["diary"]["state"], made["may_retry"]) == ("draft", "failed", True)
    register.well()
    register.there[DAY] = AbsentDay(day=DAY, is_own=True)  # it was only late
    await worker(hub, minutes=6)
    found = await seen(anna, child)
    assert (found["state"], found["diary"]["state"]) == ("sent", "taken")
    assert "absence_sent" in await kinds(boris)
    assert register.changes() == ["announce"]


async def test_where_nobody_knows_it_is_never_told_twice_and_looked_at_later(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    register.loses = TimedOut("dnevnik", "30 s")
    first = FakeRegister.absent_days

    async def once(self: FakeRegister, access: Access, pupil: DiaryChild) -> tuple[AbsentDay, ...]:
        if self.changes():
            raise Unavailable("dnevnik", "down")
        return await first(self, access, pupil)

    register.absent_days = once.__get__(register)  # type: ignore[method-assign]  # the list fails from the sending on
    made = await sent(anna, child, ONE)
    assert (made["state"], made["diary"]["state"]) == ("sent", "unknown")
    assert "ответ не пришёл" in await page(anna, f"/children/{child}/absence")
    again = await turned(anna, child, made, "retry")
    assert again["diary"]["state"] == "unknown" and register.changes() == ["announce"]
    failed = await anna.send("POST", f"{path(child)}/{made['id']}/check")
    assert failed.status_code >= 500
    del register.absent_days  # well again
    register.well()
    assert (await turned(anna, child, made, "check"))["diary"]["state"] == "taken"
    assert register.changes() == ["announce"]


@pytest.mark.parametrize(("word", "state"), [(DayState.ACCEPTED, "accepted"), (DayState.REJECTED, "rejected")])
@pytest.mark.parametrize("by", ["button", "worker"])
async def test_the_schools_word_in_the_diary_becomes_the_notices(
    hub: Hub, register: FakeRegister, word: DayState, state: str, by: str
) -> None:
    anna, boris, child = await parents(hub)
    made = await sent(anna, child, TWO)
    register.there[DAY] = AbsentDay(day=DAY, state=word, answer="Контрольная")
    await turned(anna, child, made, "check")
    assert (await seen(anna, child))["state"] == "sent", "of one day alone"
    register.there[NEXT] = AbsentDay(day=NEXT, state=word, answer="Контрольная")
    if by == "button":
        await turned(anna, child, made, "check")
    else:
        await hub.deps.db.write(lambda: entries.later(made["id"], hub.clock()))
        await worker(hub, minutes=1)
    found = await seen(anna, child)
    assert (found["state"], found["answer"], found["may_withdraw"]) == (state, "Контрольная", False)
    assert f"absence_{state}" in await kinds(boris)
    texts = [one["text"] for one in (await told(await boris.get("/api/v1/me/notices")))["items"]]
    assert not any("Контрольная" in text or "Орлов" in text for text in texts)


async def test_a_notice_that_was_taken_out_in_the_diary_counts_no_more(hub: Hub, register: FakeRegister) -> None:
    anna, boris, child = await parents(hub)
    made = await sent(anna, child, ONE)
    register.there.clear()
    after = await turned(anna, child, made, "check")
    assert (after["state"], after["diary"]["state"]) == ("withdrawn", "gone")
    assert "absence_withdrawn" in await kinds(boris)
    await sent(anna, child, ONE)


async def test_a_withdrawal_reaches_the_diary_and_a_failed_one_is_tried_again(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    made = await sent(anna, child, TWO)
    register.changes_fail = Unavailable("dnevnik", "down")
    gone = await turned(anna, child, made, "withdraw")
    assert (gone["state"], gone["diary"]["state"]) == ("withdrawn", "leaving")
    assert "запись ещё стоит" in await page(anna, f"/children/{child}/absence")
    register.well()
    await worker(hub, minutes=6)
    assert register.there == {} and (await seen(anna, child))["diary"]["state"] == "removed"


@pytest.mark.rule("A15")
async def test_another_guardian_without_that_diary_leaves_its_entry_to_its_owner(hub: Hub, register: FakeRegister) -> None:
    anna, boris, child = await parents(hub)
    made = await sent(anna, child, ONE)
    assert (await boris.send("POST", f"{path(child)}/{made['id']}/check")).status_code == 403
    gone = await turned(boris, child, made, "withdraw")
    assert (gone["state"], gone["diary"]["state"], gone["diary"]["may_check"]) == ("withdrawn", "stays", False)
    assert register.changes() == ["announce"]
    assert "Убрать из дневника" in await page(anna, f"/children/{child}/absence")
    done = await form(anna, f"/children/{child}/absence/{made['id']}/check")
    assert done.headers["Location"].endswith("?done=checked")
    assert register.there == {} and (await seen(anna, child))["diary"]["state"] == "removed"


async def test_the_worker_lets_a_dead_account_and_the_night_alone(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    await sent(anna, child, TWO)
    before = len(register.asked)
    await worker(hub, minutes=30)
    assert len(register.asked) == before, "not due"
    await worker(hub, hours=9)
    assert len(register.asked) == before, "night at school"
    await worker(hub, hours=9)
    assert len(register.asked) == before + 1
    register.fails = AuthExpired("dnevnik", "invalidToken")
    await worker(hub, hours=7)
    await worker(hub, hours=1)
    assert (await seen(anna, child))["diary"]["state"] == "taken"


@pytest.mark.rule("A18")
async def test_an_entry_goes_with_its_notice(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    await sent(anna, child, ONE)
    hub.clock.go(days=367)
    (job,) = [one for one in jobs(hub.deps) if one.name == "absence_notices"]
    await job.batch()
    assert await hub.rows("SELECT 1 FROM absence_entry") == []
