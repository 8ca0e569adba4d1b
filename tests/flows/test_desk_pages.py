"""The desk's pages: the queue, an item with its form, the next one after a decision, and what another role sees of them."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from quart import Response

from hub.web.desk_words import MEANS, TITLES
from tests.flows.desk_kit import DOCUMENT, PETYA, WHY, Desk, open_desk, snils
from tests.flows.kit import PUBLIC, Browser, Hub, parent
from tests.flows.office_kit import signed
from tests.flows.test_desk_cards import type_father
from tests.flows.test_desk_decisions import frozen_father, held_profile

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


async def everything(desk: Desk) -> None:
    """One of each kind that can wait beside the others."""
    mother = await desk.person(desk.anna)
    await desk.father()
    await type_father(desk)
    await held_profile(desk)
    await desk.anna.send("POST", f"/api/v1/children/{desk.petya}/proposals", json={"act": "change_school"})
    path = f"/api/v1/office/pupils/{desk.petya}"
    new = {"last_name": "Новиков", "first_name": "Илья", "keep": [mother], "document": DOCUMENT}
    assert (await desk.nina.send("POST", f"{path}/new-identity", json=new)).status_code == 201
    assert (await desk.nina.send("POST", f"{path}/recoveries", json={"person": mother, "document": DOCUMENT})).status_code == 201
    ban = await desk.restrict(by_snils=snils(166000009))
    assert (await desk.nina.send("POST", f"/api/v1/office/restrictions/{ban}/lift", json=WHY)).status_code == 201
    desk.hub.esia.claims["anna"] = parent(snils=snils(177000001), children=(PETYA,))
    stopped = desk.hub.browser()
    assert (await stopped.back(await stopped.leave(), "anna")).status_code == 409


@pytest.mark.rule("B5")
async def test_each_kind_of_item_has_a_page_with_its_words_for_who_may_sign_and_who_may_not(desk: Desk) -> None:
    await everything(desk)
    queue = await desk.queue(desk.rita)
    assert {one["kind"] for one in queue} == {
        "card_guardian",
        "profile",
        "proposal",
        "identity",
        "recovery",
        "restriction_lift",
        "sign_in",
    }
    for officer in (desk.nina, desk.rita):
        listed = await text(officer, "/office/reviews")
        for one in queue:
            assert TITLES[one["kind"]] in listed
            shown = await text(officer, f"/office/reviews/{one['id']}")
            assert TITLES[one["kind"]] in shown
            assert MEANS[one["kind"]][:30] in shown
    assert "Сначала подключите" not in await text(desk.nina, f"/office/pupils/{desk.petya}/guardians")


@pytest.mark.rule("A5")
async def test_a_stopped_guardian_and_one_no_longer_listed_have_their_pages_too(desk: Desk) -> None:
    await frozen_father(desk)
    item = await desk.only("frozen")
    assert "Вернуть доступ" in await text(desk.nina, f"/office/reviews/{item['id']}")
    desk.hub.esia.claims["anna"] = parent(children=())
    await signed(desk.hub, "anna")
    item = await desk.only("to_confirm")
    page = await text(desk.nina, f"/office/reviews/{item['id']}")
    assert "Закончится само" in page
    signed_ = await post(desk.nina, f"/office/reviews/{item['id']}/sign", **PAPER)
    assert signed_.headers["Location"].endswith("?done=second_officer")
    assert "нужна подпись второго" in await text(desk.nina, signed_.headers["Location"])
    case = await desk.only("guardian", desk.rita)
    assert "Решение суда" in await text(desk.rita, f"/office/reviews/{case['id']}")
