"""Notices among the whole: in the own file, joined with records, gone with a person, tried again after being given up."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import peewee
import pytest

from connectors.kit.channel import NotSent
from hub.flows.notices import send_due
from hub.flows.notices.sending.relay import MOST_TRIES
from hub.ledger.notices import NoticeKind
from hub.ledger.store.paid import notices as settings
from hub.ledger.tariffs import Priced
from hub.store import notices, outbox
from hub.store.fields import to_micros
from hub.store.outbox import claiming, log, quiet, raw
from hub.store.outbox.quiet import Quiet
from hub.store.outbox.tables import TABLES, NoticePair
from tests.flows.kit import Hub
from tests.flows.notice_kit import reached


@pytest.mark.rule("A14")
async def test_the_own_file_holds_what_was_told_and_what_not(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    event = await here.passed()
    await here.rounds()
    answer = await here.browser.get("/export/mine.json")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found = await answer.get_json()
    told = {one["channel"]: (one["event"], one["decision"], one["rule"]) for one in found["told"] if one["child"] == here.child}
    assert (told["email"], told["vk"]) == ((event, "sent", ""), (event, "not_sent", "channel_off"))
    assert found["quiet_hours"] == {"off": False, "from": "22:00", "to": "07:00", "zone": ""}


@pytest.mark.rule("A14")
async def test_nothing_of_a_person_who_left_goes_out_or_stays(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    await here.passed()

    def leaves() -> list[int]:
        quiet.put(here.me, Quiet(off=True), now=hub.clock())
        outbox.forget(here.me)
        return [table.select().count() for table in TABLES]

    assert await hub.deps.db.write(leaves) == [0] * len(TABLES)
    assert await send_due(hub.deps) is False
    assert here.channels["email"].asked == []


async def test_a_joined_record_keeps_its_log_and_its_own_nights(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.passed()

    def joined() -> tuple[int, Quiet]:
        quiet.put(here.me, Quiet(off=True), now=hub.clock())
        outbox.rebind(former=here.me, to="kept")
        return len(log.of_person("kept", limit=9)), quiet.of_person("kept")

    assert await hub.deps.db.write(joined) == (1, Quiet(off=True))


async def test_two_records_that_were_both_told_become_one_log(hub: Hub) -> None:
    here = await reached(hub, "email")
    first = await here.passed()
    now = to_micros(hub.clock())

    def joined() -> tuple[list[str], int]:
        kept = raw.pairs_of({("kept", here.child)})["kept", here.child]
        raw.add_decisions([(raw.since_id(now), kept, "hub", "other", "entered", now, now, "{}", "")])
        outbox.rebind(former=here.me, to="kept")
        return sorted(one.event for one in log.of_child("kept", here.child, limit=9)), NoticePair.select().count()

    assert await hub.deps.db.write(joined) == (sorted([first, "other"]), 1)


async def test_with_the_last_decision_about_two_people_their_pair_goes_too(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.passed()
    assert await hub.deps.db.read(lambda: NoticePair.select().count()) == 1
    await hub.deps.db.write(lambda: log.remove_old(now=hub.clock() + log.KEPT + timedelta(days=1)))
    assert await hub.deps.db.read(lambda: NoticePair.select().count()) == 0


async def test_what_was_given_up_is_tried_once_more_by_an_operators_word(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email", kind="meal")
    here.channels["email"].fails = [NotSent("email", "down")] * MOST_TRIES
    event = await here.ate()
    await here.rounds(MOST_TRIES + 1, seconds=301)
    assert await here.said(event, "email") == ("not_sent", "channel_down")
    ((one,), count) = await hub.deps.db.read(lambda: (claiming.dead(limit=5), claiming.count_dead()))
    assert (one.channel, count) == ("email", 1)
    assert await hub.deps.db.write(lambda: claiming.redrive(now=hub.clock(), limit=5)) == 1
    await here.rounds()
    assert await here.said(event, "email") == ("sent", "")


@pytest.mark.rule("F2")
async def test_receipts_that_come_late_or_twice_never_lead_back(hub: Hub) -> None:
    here = await reached(hub, "push")
    await here.wish("push")
    event = await here.passed()
    await here.rounds()
    now = hub.clock()

    def receipts() -> list[bool]:
        (one,) = [send for card in log.of_child(here.me, here.child, limit=5) for send in card.sends]
        steps = (claiming.DELIVERED, claiming.DELIVERED, claiming.SENT, claiming.NOT_SENT, claiming.HANDED, claiming.DEAD)
        return [claiming.turn(one.id, state, now=now) for state in steps]

    assert await hub.deps.db.write(receipts) == [True, False, False, False, False, False]
    assert await here.said(event, "push") == ("sent", "")


async def test_a_pupil_hears_of_the_own_passes_by_the_own_wish(hub: Hub) -> None:
    here = await reached(hub)
    free, now = Priced(kop=0, version="free"), hub.clock()
    put = partial(settings.put, NoticeKind.PASS, "page", enabled=True, price=free, consent=None, now=now)
    await hub.deps.db.write(lambda: put(person=here.child, child=here.child))
    await here.passed()
    await here.rounds(1)
    found = await hub.deps.db.read(lambda: notices.newest(hub.deps.keys, here.child))
    assert [one.text for one in found] == ["Пётр: вход в 15:59"]


@pytest.mark.rule("F1")
async def test_a_decision_keeps_a_devices_odd_words_and_is_never_made_twice(hub: Hub) -> None:
    here = await reached(hub, "email")
    now, odd = to_micros(hub.clock()), "a\tb\\N\n\"ж'"

    def decide() -> list[str]:
        pair = raw.pairs_of({(here.me, here.child)})[here.me, here.child]
        raw.add_decisions([(raw.since_id(now), pair, odd, odd, "entered", now, now, "{}", "")])
        raw.add_sends([("1", raw.since_id(now), "email", 4, "", False, None, now, now)])
        return [one.event for one in log.of_child(here.me, here.child, limit=9)]

    assert await hub.deps.db.write(decide) == [odd]
    with pytest.raises(peewee.IntegrityError):
        await hub.deps.db.write(decide)
    (card,) = await hub.deps.db.read(lambda: log.of_child(here.me, here.child, limit=9))
    assert (card.source, card.event, len(card.sends)) == (odd, odd, 1)
