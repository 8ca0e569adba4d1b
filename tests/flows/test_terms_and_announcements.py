"""The calendar of the school year and what the school announces, as lists (F174, F203)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from connectors.kit import diary
from connectors.kit.diary import Datum
from tests.flows.asking import ask, state_of
from tests.flows.kit import Browser, Hub, origin

EVERYTHING = frozenset(Datum)


def term(name: str, start: date, end: date, *, holiday: bool = False) -> diary.Term:
    return diary.Term(origin=origin(f"term {name}"), name=name, start=start, end=end, is_holiday=holiday)


def announcement(id_: str, at: datetime, **more: object) -> diary.Announcement:
    words = {"title": "Собрание", "body": "В четверг в 18:00", **more}
    return diary.Announcement(origin=origin(id_), published_at=at, **words)  # type: ignore[arg-type]  # a test's own shorthand


@pytest.fixture
def hub_that_tells(hub: Hub) -> Hub:
    hub.diary.manifest = replace(hub.diary.manifest, data=EVERYTHING)
    return hub


@pytest.mark.feature("F174")
async def test_terms_are_the_school_years_with_their_holidays(hub_that_tells: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    period = diary.Period(id="p1", kind=diary.PeriodKind.QUARTER, name="1 четверть", number=1)
    hub_that_tells.diary.terms = [
        diary.Term(origin=origin("t1"), name="1 четверть", start=date(2026, 9, 1), end=date(2026, 10, 25), period=period),
        term("Осенние каникулы", date(2026, 10, 26), date(2026, 11, 1), holiday=True),
    ]
    body = await ask(browser, f"{child}/terms")
    assert state_of(body) == ("fresh", None)
    assert [(one["name"], one["start"], one["end"], one["holiday"]) for one in body["items"]] == [
        ("1 четверть", "2026-09-01", "2026-10-25", False),
        ("Осенние каникулы", "2026-10-26", "2026-11-01", True),
    ]
    assert body["items"][0]["period_info"]["kind"] == "quarter"
    assert body["items"][1]["period_info"] is None
    await ask(browser, f"{child}/terms")
    assert len(hub_that_tells.diary.reads) == 1, "a year is one copy"


async def test_announcements_are_those_of_the_last_ninety_days_or_of_the_asked_ones(hub_that_tells: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub_that_tells.diary.announcements = [
        announcement("old", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        announcement("august", datetime(2026, 8, 28, 9, tzinfo=UTC)),
        announcement("now", datetime(2026, 11, 17, 9, tzinfo=UTC)),
    ]
    recent = await ask(browser, f"{child}/announcements")
    assert [one["source"]["id"] for one in recent["items"]] == ["august", "now"]
    summer = await ask(browser, f"{child}/announcements?from=2026-06-01&to=2026-08-31")
    assert [one["source"]["id"] for one in summer["items"]] == ["old", "august"]


@pytest.mark.rule("C8")
async def test_an_announcements_attachment_leads_to_https_only(hub_that_tells: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    files = (diary.Attachment(name="а.pdf", url="https://school.test/a.pdf"), diary.Attachment(name="б.pdf", url="javascript:alert(1)"))
    hub_that_tells.diary.announcements = [announcement("a", datetime(2026, 11, 17, 9, tzinfo=UTC), attachments=files)]
    (item,) = (await ask(browser, f"{child}/announcements"))["items"]
    assert [(one["name"], one["url"]) for one in item["attachments"]] == [("а.pdf", "https://school.test/a.pdf"), ("б.pdf", "")]


async def test_a_diary_without_a_calendar_says_that_it_has_none(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    for kind in ("terms", "announcements"):
        body = await ask(browser, f"{child}/{kind}")
        assert (state_of(body), body["items"]) == (("unavailable", None), [])
