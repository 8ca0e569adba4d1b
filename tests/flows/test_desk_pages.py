"""The desk's pages: the queue, an item with its form, the next one after a decision, and what another role sees of them."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from quart import Response

from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import PUBLIC, Browser, Hub

PAPER = {"document_kind": "Решение суда", "document_number": "2-100", "document_date": "2026-10-01"}


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def post(browser: Browser, path: str, **form: str) -> Response:
    await browser.me()
    headers = {"Host": "localhost:8000", "Origin": PUBLIC, "Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
    return await browser.client.post(path, data=urlencode({"csrf_token": browser.csrf, **form}), headers=headers)


async def text(browser: Browser, path: str) -> str:
    answer = await browser.get(path, Accept="text/html")
    assert answer.status_code == 200, path
    return await answer.get_data(as_text=True)


@pytest.mark.rule("A5a")
async def test_a_restriction_goes_from_the_pupils_page_over_the_queue_to_its_end(desk: Desk) -> None:
    ivan = await desk.father()
    who, pupil = await desk.person(ivan), f"/office/pupils/{desk.petya}"
    assert "Подключены" in await text(desk.nina, f"{pupil}/guardians")
    wrong = await post(desk.nina, f"{pupil}/restrictions", form="restrict", guardian=who, **PAPER | {"document_date": ""})
    assert (wrong.status_code, "Дата документа" in await wrong.get_data(as_text=True)) == (400, True)
    made = await post(desk.nina, f"{pupil}/restrictions", form="restrict", guardian=who, **PAPER)
    assert made.headers["Location"] == f"{pupil}/guardians?done=begun"
    item = await desk.only("restriction", desk.rita)
    shown = await text(desk.rita, f"/office/reviews/{item['id']}")
    assert "Подписать: ограничить сейчас" in shown
    assert "Решение суда № 2-100 от 01.10.2026" in shown
    assert "Подписать: ограничить сейчас" not in await text(desk.nina, f"/office/reviews/{item['id']}")
    done = await post(desk.rita, f"/office/reviews/{item['id']}/sign")
    assert (done.status_code, done.headers["Location"]) == (303, "/office/reviews?done=done")
    again = await post(desk.rita, f"/office/reviews/{item['id']}/sign")
    assert (again.status_code, "уже решено" in await again.get_data(as_text=True)) == (409, True)
    page = await text(desk.rita, "/office/restrictions")
    assert "Предложить снять" in page
    ban = item["id"].partition(".")[2]
    assert (await post(desk.rita, f"/office/restrictions/{ban}/lift", reason="")).status_code == 400
    assert (await post(desk.rita, f"/office/restrictions/{ban}/lift", reason="Суд отменил")).status_code == 303
    assert "Снять или оставить" in await text(desk.nina, "/office/restrictions")


@pytest.mark.rule("A17")
async def test_a_recoverys_code_is_shown_once_and_never_cached(desk: Desk) -> None:
    made = await post(desk.nina, f"/office/pupils/{desk.petya}/recoveries", form="recover", person=await desk.person(desk.anna), **PAPER)
    assert made.status_code == 303
    assert "Решение суда" in await text(desk.rita, "/office/recovery")
    item = await desk.only("recovery", desk.rita)
    shown = await post(desk.rita, f"/office/reviews/{item['id']}/sign")
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert 'class="card once"' in await shown.get_data(as_text=True)
    assert "Никто не ждёт" in await text(desk.rita, "/office/recovery")


async def test_every_page_of_an_empty_desk_says_what_to_do(desk: Desk) -> None:
    assert "Ничего не ждёт" in await text(desk.nina, "/office/reviews")
    assert "найдите его в списке" in await text(desk.nina, "/office/restrictions")
    assert "Никто не ждёт" in await text(desk.nina, "/office/recovery")
    assert (await desk.nina.get("/office/reviews/case.nothing", Accept="text/html")).status_code == 404


@pytest.mark.rule("A17")
async def test_whoever_lost_every_way_in_reads_how_to_come_back_without_signing_in(hub: Hub) -> None:
    shown = await text(hub.browser(), "/recovery")
    assert "/auth/esia/start?next=/recovery" in shown
    assert "Введите код" in shown
