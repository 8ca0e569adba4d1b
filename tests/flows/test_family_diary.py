"""All children and all their diaries in one answer; one silent diary hides nothing of the others (RULES C2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from connectors.kit.manifest import Instance
from hub.flows.show_diary import sources
from hub.flows.show_diary.blocks import week_of
from tests.flows.asking import MONDAY, WEEK, ask
from tests.flows.kit import Browser, Clock, FakeDiary, Hub, account, kid, lesson, mark, parent, pupil
from tests.flows.silence import short_of


@dataclass
class SecondDiary(FakeDiary):
    name: str = "eljur"


@dataclass
class Family:
    """Anna, two sons, both in both diaries; the second diary hangs while `gate` is shut."""

    hub: Hub
    browser: Browser
    second: SecondDiary
    gate: asyncio.Event

    async def ask(self, **headers: str) -> dict[str, dict[str, object]]:
        body = await ask(self.browser, f"/api/v1/children/diary?{WEEK}", **headers)
        return {child["first_name"]: child for child in body["children"]}


@pytest.fixture
async def family(hub: Hub, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Family]:
    second = SecondDiary(clock)
    instance = Instance(name="eljur", title="ЭлЖур", prefixes=("eljur",))
    second.manifest = replace(second.manifest, id="eljur", title="ЭлЖур", instances=(instance,))
    hub.deps.diaries["eljur"] = second  # type: ignore[index]  # the tests' mapping is a dict
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(2, "Иван")))
    sons = (pupil("77", "Пётр"), pupil("78", "Иван"))
    hub.diary.accounts["anna"] = account(children=sons)
    second.accounts["anna"] = account("owner-2", "t2", children=sons)
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    await browser.back(await browser.leave("eljur"), "anna", "eljur")
    short_of(monkeypatch, "eljur")
    gate = asyncio.Event()
    second.before_read = gate.wait
    yield Family(hub, browser, second, gate)
    gate.set()


def states(child: dict[str, object]) -> dict[str, str]:
    return {one["system"]: one["state"] for one in child["sources"]}  # type: ignore[attr-defined]  # plain JSON


@pytest.mark.rule("C2")
@pytest.mark.feature("F003")
async def test_every_diary_of_every_child_is_asked_at_once(family: Family) -> None:
    family.gate.set()
    at_once, most = 0, 0
    together = asyncio.Barrier(4)

    async def meet() -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        async with asyncio.timeout(30):
            await together.wait()
        at_once -= 1

    family.hub.diary.before_read = family.second.before_read = meet
    family.hub.diary.lessons, family.second.marks = [lesson(MONDAY, 1)], [mark(MONDAY, "5")]
    # What is tried here is that the four meet, on however slow a machine.
    family.hub.deps.memory.reads.again_after_s = 60.0
    sources.WITH_A_COPY_S = 60.0
    children = await family.ask()
    assert (most, sorted(children)) == (4, ["Иван", "Пётр"])
    assert {len(child["lessons"]) for child in children.values()} == {1}  # type: ignore[arg-type]  # plain JSON
    assert {len(child["marks"]) for child in children.values()} == {1}  # type: ignore[arg-type]  # plain JSON


@pytest.mark.rule("C2")
@pytest.mark.parametrize("headers", [{}, {"Cache-Control": "no-cache"}], ids=["plain", "asked now"])
async def test_one_diary_that_hangs_hides_nothing_of_the_others(family: Family, headers: dict[str, str]) -> None:
    family.hub.diary.lessons = [lesson(MONDAY, 1)]
    children = await family.ask(**headers)
    assert {name: states(child) for name, child in children.items()} == {
        "Пётр": {"dnevnik": "fresh", "eljur": "silent"},
        "Иван": {"dnevnik": "fresh", "eljur": "silent"},
    }
    assert {len(child["lessons"]) for child in children.values()} == {1}  # type: ignore[arg-type]  # plain JSON


@pytest.mark.rule("C2")
async def test_the_pages_of_a_child_wait_no_longer_either(family: Family) -> None:
    me = await family.browser.me()
    family.hub.diary.lessons = [lesson(MONDAY, 1, "Физика")]
    answer = await family.browser.get(f"/children/{me['children'][0]['id']}/diary?week={MONDAY}")
    text = await answer.get_data(as_text=True)
    assert "Физика" in text
    assert "ЭлЖур не ответил вовремя" in text


async def test_an_answer_that_came_late_is_there_at_the_next_look(family: Family) -> None:
    family.second.marks = [mark(MONDAY, "5")]
    await family.ask()
    family.gate.set()
    await family.hub.deps.memory.reads.landed()
    children = await family.ask()
    assert states(children["Пётр"]) == {"dnevnik": "fresh", "eljur": "fresh"}
    assert len(children["Пётр"]["marks"]) == 1  # type: ignore[arg-type]  # plain JSON
    assert len(family.second.reads) == 2


async def test_each_child_is_in_the_access_log(family: Family) -> None:
    family.gate.set()
    await family.ask()
    for child in (await family.browser.me())["children"]:
        log = await ask(family.browser, f"/api/v1/children/{child['id']}/access-log")
        assert "Дневник всех детей" in str(log["items"])


async def test_it_needs_a_sign_in_and_right_dates(hub: Hub, anna: tuple[Browser, str]) -> None:
    assert (await hub.browser().get("/api/v1/children/diary")).status_code == 401
    assert (await anna[0].get("/api/v1/children/diary?from=2026-11-20&to=2026-11-10")).status_code == 400
    body = await ask(anna[0], "/api/v1/children/diary")
    week = week_of(hub.clock().date())
    assert (body["start"], body["end"]) == (str(week.start), str(week.end))
