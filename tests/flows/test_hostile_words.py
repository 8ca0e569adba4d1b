"""Whatever a diary or Gosuslugi writes, our pages show it as text and our links lead where they said (RULES C8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from connectors.kit import diary
from connectors.kit.statistics import Figure
from tests.flows.kit import Browser, Hub, account, kid, lesson, mark, origin, parent, pupil

pytestmark = pytest.mark.rule("C8")
MONDAY = date(2026, 11, 16)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>{{7*7}}</b>&lt;i&gt; \u202eab"
PAGES: tuple[str, ...] = (
    "diary?week=2026-11-16",
    "finals",
    "year",
    "progress",
    "progress.svg",
    "who-looked",
    "homework?from=2026-11-16",
    "news",
)
PAGES += ("attendance", "attendance.svg", "subject", "subject.svg", "times?week=2026-11-16", "report", "terms", "announcements")


class Page(HTMLParser):
    """What a browser would run or follow on a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (tag == "script" and not (given.get("src") or "").startswith("/")) or tag in {"b", "iframe", "object", "embed", "base"}:
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name.startswith("on") or name == "srcdoc"]
        for name in ("href", "src", "action", "formaction", "xlink:href"):
            address = (given.get(name) or "").strip().lower()
            if address.startswith(("javascript:", "data:text", "vbscript:", "http://evil", "//")):
                self.found.append(f"{tag} {address}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def play(hub: Hub) -> None:
    """A diary that writes the same hostile words in every text it has."""
    period = diary.Period(id="p1", kind=diary.PeriodKind.QUARTER, name=HOSTILE, number=1)
    hub.diary.lessons = [
        msgspec.structs.replace(lesson(MONDAY, 1, HOSTILE, "l1"), teachers=(HOSTILE,), room=HOSTILE, comment=HOSTILE, topic=HOSTILE)
    ]
    hub.diary.marks = [mark(MONDAY, HOSTILE, lesson="l1", subject=HOSTILE, comment=HOSTILE), mark(MONDAY, "5", subject=HOSTILE)]
    hub.diary.homework = [
        diary.Homework(
            origin=origin("h"),
            subject=HOSTILE,
            text=HOSTILE,
            due_date=MONDAY,
            due_lesson="l1",
            links=("javascript:alert(1)", "https://ok.example/x"),
        )
    ]
    hub.diary.attendance = [
        diary.Attendance(origin=origin("a"), school_date=MONDAY, code=HOSTILE, kind=diary.AttendanceKind.UNKNOWN, subject=HOSTILE)
    ]
    hub.diary.finals = [diary.Final(origin=origin("f"), subject=HOSTILE, period=period, value=HOSTILE)]
    hub.diary.averages = [
        diary.SubjectAverage(origin=origin("v"), subject=HOSTILE, average="4.5", class_average="4", class_size=20, period=period)
    ]
    hub.diary.manifest = replace(hub.diary.manifest, data=hub.diary.manifest.data | {diary.Datum.STATISTICS})
    hub.diary.statistics = [Figure(origin=origin("s"), name=HOSTILE, title=HOSTILE, value=HOSTILE)]


async def visit(hub: Hub) -> tuple[Browser, str]:
    hub.esia.claims["anna"] = parent(last_name=HOSTILE, first_name=HOSTILE, children=(kid(1, HOSTILE, last=HOSTILE),))
    hub.diary.accounts["anna"] = account(children=(pupil("77", HOSTILE, HOSTILE),))
    browser = hub.browser("Mozilla " + HOSTILE.encode("ascii", "ignore").decode())
    await browser.sign_in()
    await browser.link()
    return browser, (await browser.me())["children"][0]["id"]


async def text_of(browser: Browser, path: str) -> Any:
    answer = await browser.get(path, Accept="text/html")
    assert answer.status_code == 200, (path, await answer.get_data(as_text=True))
    return await answer.get_data(as_text=True)


async def test_hostile_words_are_words_on_every_page(hub: Hub) -> None:
    play(hub)
    browser, child = await visit(hub)
    for path in ("/", "/family", "/notices", *(f"/children/{child}/{page}" for page in PAGES)):
        page = Page(await text_of(browser, path))
        assert page.found == [], path
    week = Page(await text_of(browser, f"/children/{child}/diary?week=2026-11-16"))
    assert "<script>alert(1)</script>" in "".join(week.words), "nothing is lost: it is read as it was written"


async def test_a_link_of_a_homework_is_https_or_plain_text(hub: Hub) -> None:
    play(hub)
    files = tuple(
        diary.Attachment(name=f"file {number}", url=url)
        for number, url in enumerate(("javascript:alert(1)", "http://evil.example/x", "data:text/html,x", "https://files.example/ok.pdf"))
    )
    hub.diary.homework = [msgspec.structs.replace(hub.diary.homework[0], attachments=files)]
    browser, child = await visit(hub)
    text = await text_of(browser, f"/children/{child}/diary?week=2026-11-16")
    assert Page(text).found == []


async def test_the_address_itself_writes_nothing_into_a_page(hub: Hub) -> None:
    browser, child = await visit(hub)
    for path in (
        "/%3Cscript%3Ealert(1)%3C/script%3E",
        f"/children/{child}/diary?week=%3Cscript%3E",
        "/auth/esia/return?error=%3Cscript%3E&error_description=%3Cimg+src%3Dx+onerror%3D1%3E&state=%22%3E%3Cscript%3E",
        "/problems/%3Cscript%3E",
    ):
        answer = await browser.get(path, Accept="text/html")
        assert answer.status_code < 500, path
        assert Page(await answer.get_data(as_text=True)).found == [], path
