"""A source that says «unchanged» makes the copies young again and rewrites nothing; a changed one is stored as ever (C2)."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field, replace

import pytest

from connectors.kit.conditional import UNCHANGED, Answered, Told
from connectors.kit.diary import Datum, DiaryChild
from connectors.kit.errors import Unavailable
from connectors.kit.ports import Access, Window
from hub.app import create_app
from tests.flows.asking import MONDAY, NOW, WEEK, ask, state_of
from tests.flows.kit import Browser, FakeDiary, Hub, mark


@dataclass
class Naming(FakeDiary):
    """A diary that names its answers by `version`."""

    version: str = "v1"
    asked: list[str] = field(default_factory=list)

    async def read_if_changed(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window, *, validator: str) -> Told:
        self.asked.append(validator)
        page = await self.read(access, child, data, window)
        return UNCHANGED if validator == self.version else Answered(page=page, validator=self.version)


@dataclass
class Tale:
    hub: Hub
    browser: Browser
    child: str
    diary: Naming

    async def bodies(self) -> list[str]:
        return [row[0] for row in await self.hub.rows("SELECT body FROM diary_copy WHERE datum = 'marks' ORDER BY id")]


@pytest.fixture
async def tale(hub: Hub) -> Tale:
    diary = Naming(hub.clock, accounts=hub.diary.accounts)
    diary.marks = [mark(MONDAY, "5", id_="m1")]
    hub.deps = replace(hub.deps, diaries={"dnevnik": diary})
    hub.app = create_app(hub.deps)
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    child = f"/api/v1/children/{(await browser.me())['children'][0]['id']}"
    await ask(browser, f"{child}/marks?{WEEK}")
    return Tale(hub, browser, child, diary)


@pytest.mark.rule("C2")
async def test_unchanged_renews_the_age_and_rewrites_nothing(tale: Tale) -> None:
    before = await tale.bodies()
    tale.hub.clock.go(minutes=20)
    body = await ask(tale.browser, f"{tale.child}/marks?{WEEK}")
    assert tale.diary.asked == ["", "v1"]
    assert (state_of(body), body["sources"][0]["fetched_at"]) == (("fresh", None), "2026-11-18T09:20:00Z")
    assert [one["value"] for one in body["items"]] == ["5"]
    assert await tale.bodies() == before, "not even sealed anew"
    tale.hub.clock.go(minutes=14)
    await ask(tale.browser, f"{tale.child}/marks?{WEEK}")
    assert len(tale.diary.asked) == 2, "fresh"


async def test_a_change_is_stored_and_its_name_is_the_next_condition(tale: Tale) -> None:
    tale.diary.marks, tale.diary.version = [mark(MONDAY, "4", id_="m1")], "v2"
    body = await ask(tale.browser, f"{tale.child}/marks?{WEEK}", **NOW)
    assert [(one["value"], [old["value"] for old in one["revisions"]]) for one in body["items"]] == [("4", ["5"])]
    await ask(tale.browser, f"{tale.child}/marks?{WEEK}", **NOW)
    assert tale.diary.asked == ["", "v1", "v2"]


async def test_another_question_has_a_condition_of_its_own(tale: Tale) -> None:
    await ask(tale.browser, f"{tale.child}/marks?from=2026-11-16&to=2026-11-29", **NOW)
    await ask(tale.browser, f"{tale.child}/lessons?{WEEK}")
    assert tale.diary.asked == ["", "", ""]


async def test_a_copy_that_another_question_replaced_takes_the_condition_away(tale: Tale) -> None:
    """The source may go back to what it said under the old name; the copy has something newer."""
    tale.hub.clock.go(minutes=1)
    tale.diary.marks, tale.diary.version = [mark(MONDAY, "4", id_="m1")], "v2"
    await ask(tale.browser, f"{tale.child}/marks?from=2026-11-16&to=2026-11-29", **NOW)
    tale.diary.marks, tale.diary.version = [mark(MONDAY, "5", id_="m1")], "v1"
    body = await ask(tale.browser, f"{tale.child}/marks?{WEEK}", **NOW)
    assert tale.diary.asked[-1] == ""
    assert [one["value"] for one in body["items"]] == ["5"]


async def test_an_answer_without_a_name_forgets_the_former_one(tale: Tale) -> None:
    tale.diary.version = ""
    for _ in range(2):
        await ask(tale.browser, f"{tale.child}/marks?{WEEK}", **NOW)
    assert tale.diary.asked == ["", "v1", ""]


async def test_a_failure_between_keeps_the_name(tale: Tale) -> None:
    tale.diary.fails = Unavailable("dnevnik")
    assert state_of(await ask(tale.browser, f"{tale.child}/marks?{WEEK}", **NOW)) == ("silent", "unavailable")
    tale.diary.fails = None
    assert state_of(await ask(tale.browser, f"{tale.child}/marks?{WEEK}", **NOW)) == ("fresh", None)
    assert tale.diary.asked[-1] == "v1"


async def test_a_renewed_access_asks_with_the_same_condition(tale: Tale) -> None:
    tale.diary.dead_tokens = {"t1"}
    assert state_of(await ask(tale.browser, f"{tale.child}/marks?{WEEK}", **NOW)) == ("fresh", None)
    assert (tale.diary.asked[-2:], tale.diary.refreshes) == (["v1", "v1"], 1)


async def test_the_name_is_sealed_and_goes_with_nobody_asking(tale: Tale) -> None:
    ((kept,),) = await tale.hub.rows("SELECT validator FROM diary_validator")
    assert kept.startswith("s1.") and "v1" not in kept


async def test_a_port_that_lies_unasked_stores_nothing(tale: Tale) -> None:
    async def lie(*_: object, validator: str) -> Told:
        assert not validator
        return UNCHANGED

    tale.diary.read_if_changed = lie  # type: ignore[assignment,method-assign]  # played
    body = await ask(tale.browser, f"{tale.child}/homework?{WEEK}")
    assert (state_of(body), body["items"]) == (("silent", "drifted"), [])
