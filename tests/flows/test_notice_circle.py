"""Who hears of a child: its guardians with their own wishes, nobody whom a restriction keeps away, nobody else (RULES A5a, F1)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.flows.notices import follow_events
from hub.flows.notices.following import READER
from hub.store.outbox import circle, log
from hub.store.outbox.tables import NoticeDecision
from identity.claims import ChildClaim
from identity.store.family.tables import RestrictionRow
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.notice_kit import Reached, by_channel, followed, log_of, reached, wish


async def father(hub: Hub) -> Browser:
    """Another parent of the same child."""
    child: ChildClaim = kid(1, "Пётр")
    hub.esia.claims["oleg"] = parent("3000", last_name="Орлов", first_name="Олег", snils=None, children=(child,))
    browser = hub.browser()
    await browser.sign_in("oleg")
    return browser


def restricted(here: Reached, guardian: str) -> None:
    now = here.hub.clock()
    RestrictionRow.create(
        id="r1", school="1", child=here.child, guardian=guardian, document="d", state="active", set_by="s", created_at=now, active_at=now
    )


@pytest.mark.rule("F1")
async def test_two_guardians_are_told_by_their_own_wishes_and_read_their_own_log(hub: Hub) -> None:
    here = await reached(hub, "email")
    oleg = await father(hub)
    await here.wish("email")
    await wish(oleg, here.child, "page")
    event = await here.passed()
    await here.rounds(1)
    his = by_channel(await log_of(oleg, here.child), event)
    hers = by_channel(await here.log(), event)
    assert (his["page"], his["email"]) == (("sent", ""), ("not_sent", "channel_off"))
    assert (hers["page"], hers["email"]) == (("not_sent", "channel_off"), ("sent", ""))
    found = (await (await oleg.get("/api/v1/me/notices")).get_json())["items"]
    assert [one["text"] for one in found if one["kind"] == "entered"] == ["Пётр: вход в 15:59"]


@pytest.mark.rule("A5a")
async def test_a_restricted_guardian_hears_nothing_also_of_what_was_decided_before(hub: Hub) -> None:
    here = await reached(hub, "email")
    oleg = await father(hub)
    his = (await oleg.me())["person"]["id"]
    for browser in (here.browser, oleg):
        await wish(browser, here.child, "page")
    await here.passed(ago_s=60)
    await hub.deps.db.write(lambda: restricted(here, his))
    await here.passed()
    await here.rounds(1)
    (told,) = await hub.deps.db.read(lambda: log.of_person(his, limit=9))
    assert [send.rule for send in told.sends] == ["no_right"], "the second pass is decided for the mother only"
    assert (await oleg.get(f"/api/v1/children/{here.child}/notices/log")).status_code == 404


@pytest.mark.security("7")
async def test_a_foreign_child_and_one_that_does_not_exist_have_the_same_log(hub: Hub) -> None:
    here = await reached(hub)
    hub.esia.claims["boris"] = parent("2000", last_name="Быков", first_name="Борис", snils=None, children=(kid(2, "Иван", last="Быков"),))
    boris = hub.browser()
    await boris.sign_in("boris")
    answers = [await boris.get(f"/api/v1/children/{child}/notices/log") for child in (here.child, "nobody")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert (await hub.browser().get(f"/api/v1/children/{here.child}/notices/log")).status_code == 401
    assert (await boris.get(f"/api/v1/children/{here.child}/notices/log?cursor=zzz")).status_code == 400


async def test_a_card_that_nobody_owns_and_a_poisoned_clock_tell_nobody(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    strange = here.gate.passed(hub.clock() - timedelta(seconds=5), number="9999")
    future = here.gate.passed(hub.clock() + timedelta(hours=1))
    assert await here.report(strange, future) == ["stored", "quarantined"]
    assert await here.log() == []


@pytest.mark.rule("F1")
async def test_an_event_that_comes_twice_is_decided_once(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    event = here.gate.passed(hub.clock() - timedelta(seconds=5))
    assert await here.report(event, event) == ["stored", "duplicate"]
    assert await here.report(event) == ["duplicate"]
    await here.rounds(2)
    assert len(here.channels["email"].sent) == 1


@pytest.mark.rule("F1")
async def test_a_worker_that_dies_while_it_decides_has_decided_nothing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await reached(hub, "email")
    await here.wish("email")

    def dies(reader: str, *, to: int) -> None:
        raise asyncio.CancelledError("the process ends before the commit")

    with monkeypatch.context() as patched:
        patched.setattr("hub.flows.notices.following.store.move_on", dies)
        with pytest.raises(asyncio.CancelledError):
            await here.passed()
    assert await here.log() == []
    assert await hub.deps.db.read(lambda: circle.waiting(READER)) == 1
    assert await follow_events(hub.deps) is False
    assert len(await here.log()) == 6


async def test_a_thousand_events_are_a_bounded_number_of_statements(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    counted = []
    for number in (20, 1_000):
        hub.clock.go(hours=1)
        start = hub.clock() - timedelta(seconds=700)
        ways = ("in", "out")
        events = [here.gate.passed(start + timedelta(milliseconds=500 * n), direction=ways[n % 2]) for n in range(number)]
        await here.report(*events, follow=False)
        engine, statements = hub.deps.db.engine, [0]
        execute: Any = engine.execute_sql

        def counting(sql: str, params: Any = None, _to: Any = execute, _kept: list[int] = statements) -> Any:
            _kept[0] += 1
            return _to(sql, params)

        with monkeypatch.context() as patched:
            patched.setattr(engine, "execute_sql", counting)
            await followed(hub)
        counted += statements
    # A full batch is followed by a look whether there is another one.
    assert 10 < counted[0] < 30 and counted[1] <= counted[0] + 4
    assert await hub.deps.db.read(lambda: NoticeDecision.select().count()) == 1_020
