"""An open page hears what the hub tells, learns that its session ended, and does not hold a stopping process."""

from __future__ import annotations

import asyncio

import pytest

from hub.flows import follow_notices as story
from hub.flows.recognise import forget, recognise
from hub.flows.refusals import Refused
from hub.flows.timeline import watching
from hub.flows.views.people.family import NoticeView
from hub.store import notices, sessions
from hub.store.sessions import Visitor
from tests.flows.gate_kit import carded, device, guarded, send, verdicts
from tests.flows.kit import Hub
from tests.ingest_kit import batch


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "POLL_S", 0.001)


async def signed_in(hub: Hub) -> Visitor:
    browser = hub.browser()
    await browser.sign_in()
    visitor = await recognise(hub.deps, browser.cookie("hub"))
    assert visitor is not None
    return visitor


async def tell(hub: Hub, visitor: Visitor, text: str) -> None:
    await hub.deps.db.write(lambda: notices.tell(hub.deps.keys, person=visitor.person, kind="test", text=text, now=hub.clock()))
    hub.clock.go(seconds=1)


async def test_a_new_notice_reaches_the_open_page_and_an_old_one_does_not(hub: Hub) -> None:
    visitor = await signed_in(hub)
    await tell(hub, visitor, "старое")
    stream = await story.follow_notices(hub.deps, visitor, after=None)
    await tell(hub, visitor, "новое")
    heard = await asyncio.wait_for(anext(stream), 5)
    assert isinstance(heard, NoticeView) and heard.text == "новое"


async def test_a_page_that_lost_its_stream_hears_what_it_missed_in_order(hub: Hub) -> None:
    visitor = await signed_in(hub)
    for text in ("первое", "второе", "третье"):
        await tell(hub, visitor, text)
    known = (await hub.deps.db.read(lambda: notices.newest(hub.deps.keys, visitor.person)))[-1].id
    stream = await story.follow_notices(hub.deps, visitor, after=known)
    heard = [await asyncio.wait_for(anext(stream), 5) for _ in range(2)]
    assert [one.text for one in heard if isinstance(one, NoticeView)] == ["второе", "третье"]


@pytest.mark.parametrize("before", [2, 25])
async def test_a_notice_that_bears_an_earlier_moment_than_the_last_one_is_heard_too_and_once(hub: Hub, before: int) -> None:
    """Two units that ran side by side, or a demo's clock that was set back."""
    visitor = await signed_in(hub)
    for number in range(before):
        await tell(hub, visitor, f"старое {number}")
    stream = await story.follow_notices(hub.deps, visitor, after=None)
    hub.clock.go(seconds=-3)
    for text in ("раньше", "ещё"):
        await tell(hub, visitor, text)
    heard = [await asyncio.wait_for(anext(stream), 5) for _ in range(2)]
    assert sorted(one.text for one in heard if isinstance(one, NoticeView)) == ["ещё", "раньше"]
    hub.clock.go(seconds=10)
    await tell(hub, visitor, "новое")
    last = await asyncio.wait_for(anext(stream), 5)
    assert isinstance(last, NoticeView) and last.text == "новое"


async def test_a_page_whose_session_was_ended_elsewhere_is_told_and_closed(hub: Hub) -> None:
    visitor = await signed_in(hub)
    await hub.deps.db.write(lambda: sessions.end(visitor.session, now=hub.clock()))
    forget(hub.deps, session=visitor.session)
    stream = await story.follow_notices(hub.deps, visitor, after=None)
    assert [one async for one in stream] == [None]


async def test_a_token_that_changes_in_another_tab_ends_no_open_page(hub: Hub) -> None:
    visitor = await signed_in(hub)
    stream = await story.follow_notices(hub.deps, visitor, after=None)
    assert await hub.deps.db.write(lambda: sessions.rotate(hub.deps.keys, visitor.session, now=hub.clock()))
    forget(hub.deps, session=visitor.session)
    await tell(hub, visitor, "после подключения")
    heard = await asyncio.wait_for(anext(stream), 5)
    assert isinstance(heard, NoticeView) and heard.text == "после подключения"


async def test_a_stopping_process_ends_its_streams(hub: Hub) -> None:
    visitor = await signed_in(hub)
    hub.deps.stopping.set()
    stream = await story.follow_notices(hub.deps, visitor, after=None)
    assert [one async for one in stream] == []
    assert not hub.deps.memory.streams[visitor.person]


async def test_one_person_cannot_hold_streams_without_end(hub: Hub) -> None:
    visitor = await signed_in(hub)
    hub.deps.memory.streams[visitor.person] = story.MOST_STREAMS
    with pytest.raises(Refused):
        await story.follow_notices(hub.deps, visitor, after=None)


async def test_the_stream_is_for_signed_in_people_only(hub: Hub) -> None:
    assert (await hub.browser().get("/events")).status_code == 401


@pytest.mark.feature("F012")
async def test_a_pass_of_the_own_child_is_heard_and_one_of_a_stranger_is_not(hub: Hub) -> None:
    desk = await guarded(hub)
    gate = await device(desk)
    await carded(desk)
    visitor = await recognise(hub.deps, desk.anna.cookie("hub"))
    assert visitor is not None
    stream = await story.follow_notices(hub.deps, visitor, after=None)

    async def pass_soon() -> None:
        for number in ("9999", "0001"):
            await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), number=number))))

    heard, _ = await asyncio.gather(asyncio.wait_for(anext(stream), 10), pass_soon())
    assert heard is story.TimelineChanged.NOW
    before = await hub.deps.db.read(lambda: watching.begin(hub.deps, visitor))
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), number="8888"))))
    after, told = await hub.deps.db.read(lambda: watching.look(hub.deps, visitor, before))
    assert not told and after.seq > before.seq
