"""The pages of debits work by forms alone: the class list, the hand entry, lessons, prices, disputes; limit, transfer, card, words."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from quart import Response

from hub.ledger.model import Purpose
from tests.flows.debit_kit import KLASS, Canteen, canteen_of
from tests.flows.kit import PUBLIC, Browser, Hub
from tests.flows.test_family_money import agree, chess


async def page(browser: Browser, path: str, status: int = 200) -> str:
    answer = await browser.get(path, Accept="text/html")
    text = await answer.get_data(as_text=True)
    assert answer.status_code == status, (path, answer.status_code, text[-400:])
    return str(text)


async def send(browser: Browser, path: str, status: int = 303, **fields: Any) -> Response:
    kind = "application/x-www-form-urlencoded"
    headers = {"Host": "localhost:8000", "Accept": "text/html", "Origin": PUBLIC, "Content-Type": kind}
    answer = await browser.client.post(path, data=urlencode({"csrf_token": browser.csrf, **fields}, doseq=True), headers=headers)
    assert answer.status_code == status, (path, answer.status_code, (await answer.get_data(as_text=True))[-400:])
    return answer


async def follow(browser: Browser, answer: Response) -> str:
    return await page(browser, answer.headers["Location"])


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1]


@pytest.mark.feature("F095")
async def test_a_tutor_charges_a_class_and_takes_one_back_by_forms(hub: Hub) -> None:
    place = await canteen_of(hub)
    tutor, child = await place.by("tutor"), place.family.child
    text = await page(tutor, "/office/debits")
    assert "Орлов Пётр" in text and "checked" not in text.split("Кто ел")[1].split("</fieldset>")[0]
    assert "льгот" not in text.lower()
    fields = {"class": KLASS, "item": "lunch", "form": hidden(text, "form")}
    assert "Отметьте, кто ел" in await (await send(tutor, "/office/debits", 400, **fields)).get_data(as_text=True)
    said = await (await send(tutor, "/office/debits", 200, present=child, **fields)).get_data(as_text=True)
    assert "Списано: 1, всего 90,00" in said and "уже списано" in said
    found = re.search(r"/office/debits/(\w+)/undo", said)
    assert found
    answer = await send(tutor, found[0], reason="не тот", back=f"/office/debits?class={KLASS}")
    assert "Списание отменено" in await follow(tutor, answer)
    assert await place.left() == 50_000
    said = await (await send(tutor, found[0], 409, reason="ещё")).get_data(as_text=True)
    assert "Отправить запрос" in said


async def test_a_back_address_from_outside_is_not_followed(hub: Hub) -> None:
    place = await canteen_of(hub)
    txn = (await place.lunch())["items"][0]["transaction_id"]
    answer = await send(await place.by("tutor"), f"/office/debits/{txn}/undo", reason="x", back="https://evil.example/")
    assert answer.headers["Location"].startswith("/office/debits")


async def test_the_till_enters_one_meal_by_hand(hub: Hub) -> None:
    place = await canteen_of(hub)
    till = await place.by("till")
    fields = {"class": KLASS, "item": "lunch", "child": place.family.child, "form": "f"}
    said = await (await send(till, "/office/debits/one", 200, account="meal", **fields)).get_data(as_text=True)
    assert "Списано: 1" in said
    await send(till, "/office/debits/one", 400, account="purse", **fields)


async def test_a_teacher_takes_the_pay_of_a_lesson_by_forms(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.put(90_000, Purpose.SERVICES)
    service, teacher, child = await chess(place), await place.by("teacher"), place.family.child
    assert "ни одна семья не согласилась" in await page(teacher, f"/office/lessons/{service}")
    text = await page(place.family.browser, f"/children/{child}/money/services")
    answer = await send(place.family.browser, f"/children/{child}/money/services/{service}", word="given", version=hidden(text, "version"))
    assert "Отозвать согласие" in await follow(place.family.browser, answer)
    text = await page(teacher, f"/office/lessons/{service}")
    said = await (await send(teacher, f"/office/lessons/{service}", 200, present=child, form=hidden(text, "form"))).get_data(as_text=True)
    assert "Списано: 1, всего 300,00" in said
    await send(teacher, f"/office/lessons/{service}", 400, present=child, form="g", day="2026-13-01")
    assert "Шахматы" in await page(teacher, "/office/lessons")


async def test_the_office_says_prices_terms_week_and_services_by_forms(hub: Hub) -> None:
    place = await canteen_of(hub, kop=0)
    head = await place.by("head")
    assert "Накормить в долг" in await page(head, "/office/prices")
    assert "Сок" in await follow(head, await send(head, "/office/prices", title="Сок", item="", price="40,50", since="2026-11-18"))
    await send(head, "/office/prices", 422, title="Сок", item="", price="много", since="")
    await send(head, "/office/prices", title="Завтрак", item="breakfast", ends="1", price="", since="2026-11-18")
    text = await follow(head, await send(head, "/office/prices/terms", policy="feed", floor="50", limit="", since=""))
    assert "до −50,00" in text and "предел не нужен" in text
    await send(head, "/office/prices/terms", 400, policy="give", floor="", limit="", since="")
    await send(head, "/office/prices/week", day=["1", "2", "3", "4", "5"], since="")
    await send(head, "/office/prices/week", 400, since="")
    text = await page(head, "/office/services")
    teacher = re.search(r'<option value="([^"]+)">Ким', text)
    assert teacher
    fields: dict[str, Any] = {"title": "Хор", "group": "Средний", "teacher": teacher[1], "price": "150", "form": hidden(text, "form")}
    text = await follow(head, await send(head, "/office/services", **fields))
    service = re.search(r"/office/services/(\w+)/price", text)
    assert service and "Хор" in text
    await send(head, service[0], price="200", since="2026-11-19")
    assert "закончилось" in await follow(head, await send(head, service[0].replace("price", "end")))


@pytest.mark.rule("D7")
@pytest.mark.feature("F157")
async def test_one_tap_on_a_row_and_the_schools_answer_by_forms(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.lunch()
    family, account = place.family.browser, place.family.id()
    text = await page(family, f"/money/{account}")
    assert text.count("Это не мы") == 1
    answer = await send(family, f"/money/{account}/disputes", transaction_id=hidden(text, "transaction_id"))
    assert "школа проверит списание" in await follow(family, answer)
    assert "проверяется" in await page(family, f"/money/{account}")
    admin = await place.by("school_admin")
    found = re.search(r"/office/disputes/[\w-]+", (await page(admin, "/office/disputes")).split("<main")[1].split("</nav>")[-1])
    assert found
    assert "столовая, по списку" in await page(admin, found[0])
    await send(admin, f"{found[0]}/reverse", 400, amount="", reason="")
    assert "Деньги вернулись" in await follow(admin, await send(admin, f"{found[0]}/reverse", amount="40", reason="компот не брал"))
    text = await page(family, "/money/disputes")
    assert "Вернули 40,00" in text and "компот не брал" in text
    assert "деньги вернули" in await page(admin, "/office/disputes?state=reversed")


async def test_the_family_sets_a_limit_moves_money_and_orders_a_card_by_forms(hub: Hub) -> None:
    place = await canteen_of(hub)
    family, meal, services = place.family.browser, place.family.id(), place.family.id(Purpose.SERVICES)
    assert "200,00" in await page(family, f"/money/{meal}/limit")
    assert "150,00" in await follow(family, await send(family, f"/money/{meal}/limit", how="amount", amount="150"))
    assert "Без предела" in await page(family, f"/money/{meal}/limit")
    await send(family, f"/money/{meal}/limit", 422, how="amount", amount="сто")
    text = await page(family, f"/money/{meal}/transfer")
    fields: dict[str, Any] = {"to": services, "form": hidden(text, "form")}
    assert "Свободно 500,00" in text
    assert "переведите не больше" in await (await send(family, f"/money/{meal}/transfer", 409, amount="501", **fields)).get_data(
        as_text=True
    )
    assert "Деньги переведены" in await follow(family, await send(family, f"/money/{meal}/transfer", amount="60,00", **fields))
    text = await page(family, f"/money/{services}/card")
    fields = {"form": hidden(text, "form"), "price_kop": hidden(text, "price_kop")}
    assert "Карта заказана" in await follow(family, await send(family, f"/money/{services}/card", **fields))
    assert (await place.left(), await place.left(Purpose.SERVICES)) == (44_000, 1_000)
    admin = await place.by("school_admin")
    found = re.search(r"/office/card-orders/[\w-]+/ready", await page(admin, "/office/card-orders"))
    assert found
    assert "карта готова" in await follow(admin, await send(admin, found[0]))


async def test_where_there_is_nothing_the_pages_say_what_to_do(hub: Hub) -> None:
    place = await canteen_of(hub, kop=0)
    family = place.family.browser
    assert "Споров нет" in await page(family, "/money/disputes")
    assert "нет свободных денег" in await page(family, f"/money/{place.family.id()}/transfer")
    assert "Не хватает 50,00" in await page(family, f"/money/{place.family.id(Purpose.SERVICES)}/card")
    assert "не предлагает платных занятий" in await page(family, f"/children/{place.family.child}/money/services")
    assert "Споров нет" in await page(await place.by("head"), "/office/disputes")
    assert "Заказов нет" in await page(await place.by("head"), "/office/card-orders")
    assert "нет платных занятий" in await page(await place.by("teacher"), "/office/lessons")


@pytest.mark.rule("A14")
async def test_an_own_export_has_what_i_decided_about_debits(hub: Hub) -> None:
    place: Canteen = await canteen_of(hub)
    txn = (await place.lunch())["items"][0]["transaction_id"]
    await place.ask("family", "POST", f"/accounts/{place.family.id()}/disputes", 201, transaction_id=txn, text="не ел")
    await place.ask("family", "PUT", f"/accounts/{place.family.id()}/limit", daily_kop=1_000)
    await agree(place, await chess(place))
    mine = (await (await place.family.browser.get("/export/mine.json")).get_json())["money"]
    assert [one["text"] for one in mine["disputes"]] == ["не ел"]
    assert [one["limit_kop"] for one in mine["limits"]] == [1_000]
    assert [(one["service"], one["word"]) for one in mine["service_words"]] == [("Шахматы", "given")]
    assert mine["card_orders"] == []
