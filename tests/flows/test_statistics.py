"""What a diary itself says of a child in figures, as a list and as a table of the progress page (F108, F109)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kit.diary import Datum
from connectors.kit.errors import Unavailable
from connectors.kit.statistics import Change, Figure
from tests.flows.asking import ask, state_of
from tests.flows.kit import Browser, Hub, account, origin, parent, pupil

TOLD = datetime(2026, 11, 16, 8, tzinfo=UTC)


def figure(name: str, title: str, place: int, value: str | None, **more: Any) -> Figure:
    return Figure(origin=origin(name), name=name, title=title, place=place, value=value, told_at=TOLD, **more)


@pytest.fixture
def hub_that_counts(hub: Hub) -> Hub:
    hub.diary.manifest = replace(hub.diary.manifest, data=hub.diary.manifest.data | {Datum.STATISTICS})
    hub.diary.statistics = [
        figure("krai_rating", "Рейтинг в крае", 0, "231", change=Change.UP),
        figure("quality", "Качество знаний, %", 1, "78,5"),
        figure("ege", "Готовность к ЕГЭ, %", 2, None),
        figure("missed", "Пропущено уроков", 3, "0"),
    ]
    return hub


async def progress(browser: Browser, child: str) -> str:
    answer = await browser.get(f"{child.removeprefix('/api/v1')}/progress", Accept="text/html")
    assert answer.status_code == 200
    text: str = await answer.get_data(as_text=True)
    return text


def told(text: str) -> list[tuple[str, str]]:
    """The rows of the table."""
    found = re.search(r'aria-label="Сводка дневника".*?</table>', text, re.DOTALL)
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="value">(.*?)</td>', found.group() if found else "")
    return [(title, " ".join(re.sub("<[^>]+>", " ", value).split())) for title, value in rows]


@pytest.mark.feature("F108")
async def test_the_figures_come_in_the_diarys_order_with_the_time_when_it_counted(hub_that_counts: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    body = await ask(browser, f"{child}/statistics")
    assert state_of(body) == ("fresh", None)
    assert [(one["name"], one["title"], one["value"], one["change"]) for one in body["items"]] == [
        ("krai_rating", "Рейтинг в крае", "231", "up"),
        ("quality", "Качество знаний, %", "78,5", None),
        ("ege", "Готовность к ЕГЭ, %", None, None),
        ("missed", "Пропущено уроков", "0", None),
    ]
    assert {one["told_at"] for one in body["items"]} == {"2026-11-16T08:00:00Z"}
    await ask(browser, f"{child}/statistics?from=2020-01-01&to=2020-01-07")
    assert len(hub_that_counts.diary.reads) == 1, "they are of now; other dates are no other question"


@pytest.mark.feature("F108")
@pytest.mark.feature("F109")
async def test_the_page_says_no_data_where_there_is_none_and_when_it_was_counted(hub_that_counts: Hub, anna: tuple[Browser, str]) -> None:
    text = await progress(*anna)
    assert told(text) == [
        ("Рейтинг в крае", "231 ▲ вверх"),
        ("Качество знаний, %", "78,5"),
        ("Готовность к ЕГЭ, %", "нет данных"),
        ("Пропущено уроков", "0"),
    ]
    assert "Дневник посчитал пн, 16 ноября, 15:00" in text, "by the clock of the school"


async def test_a_diary_without_figures_shows_no_table_and_says_so_in_json(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    body = await ask(browser, f"{child}/statistics")
    assert (state_of(body), body["items"]) == (("unavailable", None), [])
    assert "Сводка дневника" not in await progress(browser, child)


async def test_the_last_figures_stay_while_the_diary_is_silent(hub_that_counts: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    await ask(browser, f"{child}/statistics")
    hub_that_counts.diary.fails = Unavailable("dnevnik", "500")
    hub_that_counts.clock.go(hours=1)
    body = await ask(browser, f"{child}/statistics")
    assert (state_of(body), len(body["items"])) == (("silent", "unavailable"), 4)
    assert len(told(await progress(browser, child))) == 4


@pytest.mark.rule("A13")
async def test_who_looked_at_the_figures_is_kept(hub_that_counts: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    await ask(browser, f"{child}/statistics")
    assert "Сводка дневника" in str(await ask(browser, f"{child}/access-log"))


@pytest.mark.feature("F107")
@pytest.mark.parametrize(("nameless", "shown"), [(True, True), (False, False)])
async def test_a_diary_without_names_calls_the_child_by_its_code(hub: Hub, nameless: bool, shown: bool) -> None:
    hub.esia.claims["anna"] = parent()
    names = {"first": "", "last": ""} if nameless else {}
    hub.diary.accounts["anna"] = account(children=(pupil("K4M7Q2X9AB", **names, ids={"idn": "K4M7Q2X9AB"}, is_depersonalised=nameless),))
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    child = (await browser.me())["children"][0]["id"]
    for page in ("diary", "progress"):
        answer = await browser.get(f"/children/{child}/{page}", Accept="text/html")
        assert ("(ИДН): K4M7Q2X9AB" in await answer.get_data(as_text=True)) is shown, page
