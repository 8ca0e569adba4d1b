"""The kiosk's screen as a person goes through it: card, word on data, offer, phone, PIN, cabinet, cash, duplicate card."""

from __future__ import annotations

import pytest

from tests.sandbox.kiosk.conftest import CONTRACT, DEVICE, PHONE, PIN, SECRET, Hub


async def cabinet(hub: Hub) -> str:
    """The visit's name, signed in."""
    hub.next = "sign_in"
    visit = hub.visit(await hub.post(step="find", contract=CONTRACT))
    assert "Питание" in await hub.post(step="sign_in", visit=visit, pin=PIN)
    return visit


async def test_a_kiosk_that_knows_no_hub_asks_for_its_secret(hub: Hub) -> None:
    await hub.stand.http.delete("/_sandbox/kiosk/devices/dev-1")
    assert "Подключить киоск" in (await hub.stand.http.get("/kiosk")).text
    assert "непустые" in await hub.post(step="connect", device="dev-1", secret="", hub="http://localhost:8000")
    assert "номер договора" in await hub.post(step="connect", device="dev-1", secret=SECRET, hub="http://localhost:8000")


async def test_of_several_kiosks_one_is_chosen_and_stays(hub: Hub) -> None:
    await hub.stand.control("kiosk/devices", {**DEVICE, "device": "dev-2", "school": {"name": "Лицей"}})
    assert "Другой киоск" in (await hub.stand.http.get("/kiosk")).text
    assert "<h1>Лицей, холл</h1>" in await hub.post(step="home", device="dev-2")
    visit = hub.visit(await hub.post(step="find", contract=CONTRACT, device="dev-2"))
    assert hub.raw[0].url.params["device"] == "dev-2"
    assert "<h1>Лицей, холл</h1>" in await hub.post(step="home", visit=visit)
    await hub.stand.http.delete("/_sandbox/kiosk/devices/dev-2")


async def test_from_the_card_to_the_accepted_contract(hub: Hub) -> None:
    assert "Приложите карту" in (await hub.stand.http.get("/kiosk")).text
    page = await hub.post(step="find", device="dev-1", number="04A1")
    assert hub.heard[0]["credential"] == {"kind": "card", "number": "04A1"}
    assert "Согласен на обработку данных" in page and "Второй &lt;b&gt;." in page and "Школа, Банк" in page
    visit = hub.visit(page)
    page = await hub.post(step="offer", visit=visit)
    assert "Платёжный агент: ООО, ИНН 2224000000" in page and "не меньше 100,00" in page and "checked" not in page
    assert "Телефон родителя" in await hub.post(step="phone", visit=visit)
    page = await hub.post(step="accept", visit=visit, phone=PHONE)
    assert "Если это телефон родителя" in page and "/inbox?kind=sms" in page
    page = await hub.post(step="confirm", visit=visit, pin=PIN)
    assert "Договор принят" in page and "Внесите первый платёж" in page and "s-1" not in page
    assert [it["request"] for it in hub.heard] == ["find", "consent", "offer", "accept", "confirm", "balance"]


@pytest.mark.parametrize(
    ("call", "code", "step", "seen"),
    [
        ("find", "unknown_card", "find", "Приложите карту"),
        ("consent", "later", "find", "Приложите карту"),
        ("accept", "bad_phone", "accept", "Получить PIN"),
        ("accept", "consent_changed", "accept", "Согласен на обработку данных"),
        ("accept", "not_open", "accept", "Приложите карту"),
        ("confirm", "wrong_pin", "confirm", "PIN из СМС"),
        ("confirm", "paused", "confirm", "Приложите карту"),
        ("sign_in", "wrong_pin", "sign_in", "Забыли PIN"),
        ("pin", "bad_phone", "pin", "Введите PIN"),
    ],
)
async def test_a_refusal_is_told_and_leads_on(hub: Hub, call: str, code: str, step: str, seen: str) -> None:
    visit = hub.visit(await hub.post(step="find", contract=CONTRACT)) if step != "find" else ""
    hub.said[call] = (409, {"code": code, "detail": "Так нельзя <i>"})
    page = await hub.post(step=step, visit=visit, contract=CONTRACT, phone=PHONE, pin="1")
    assert seen in page and ("Так нельзя &lt;i&gt;" in page or code == "consent_changed")


async def test_a_hub_that_does_not_answer_is_told_in_plain_words(hub: Hub) -> None:
    hub.said["find"] = (502, {})
    assert "Отказано (502)" in await hub.post(step="find", contract=CONTRACT)


async def test_a_forgotten_pin_is_sent_anew(hub: Hub) -> None:
    hub.next = "sign_in"
    visit = hub.visit(await hub.post(step="find", contract=CONTRACT))
    assert "Прислать PIN" in await hub.post(step="new_pin", visit=visit)
    assert "Придёт СМС" in await hub.post(step="pin", visit=visit, phone=PHONE)


async def test_cash_is_asked_about_then_paid_once_and_a_receipt_is_printed(hub: Hub) -> None:
    visit = await cabinet(hub)
    assert "Льготное питание" in await hub.post(step="cabinet", visit=visit)
    assert "наличные не вносят" in await hub.post(step="sum", visit=visit, purpose="meal_benefit")
    assert "Не меньше 100,00" in await hub.post(step="sum", visit=visit, purpose="meal")
    assert "рубли и копейки" in await hub.post(step="check", visit=visit, purpose="meal", sum="сто")
    assert "М. И., питание" in await hub.post(step="check", visit=visit, purpose="meal", sum="100,5")
    page = await hub.post(step="pay", visit=visit, purpose="meal", sum="100.50")
    await hub.post(step="pay", visit=visit, purpose="meal", sum="100.50")
    assert "Возьмите чек" in page and "без комиссии" in page and "МБОУ СОШ № 5, холл" in page
    assert [it["command"] for it in hub.paid] == ["check", "pay", "pay"] and len({it["txn_id"] for it in hub.paid}) == 1


async def test_a_payment_without_an_answer_waits_and_is_sent_again_under_its_number(hub: Hub) -> None:
    visit = await cabinet(hub)
    await hub.post(step="check", visit=visit, purpose="meal", sum="100")
    hub.said["osmp pay"] = (504, {})
    assert "Платёж ждёт" in await hub.post(step="pay", visit=visit, purpose="meal", sum="100.00")
    del hub.said["osmp pay"]
    assert "Возьмите чек" in await hub.post(step="pay", visit=visit, purpose="meal", sum="100.00")
    assert len({it["txn_id"] for it in hub.paid}) == 1


async def test_the_last_rows_and_a_way_out(hub: Hub) -> None:
    visit = await cabinet(hub)
    assert "Обед: −90,00" in await hub.post(step="statement", visit=visit, purpose="meal")
    assert "До свидания" in await hub.post(step="out", visit=visit)
    assert hub.heard[-1] == {"request": "sign_out", "session": "s-1"}
    assert "начните сначала" in await hub.post(step="cabinet", visit=visit)


async def test_a_duplicate_card_is_ordered_under_one_number(hub: Hub) -> None:
    visit = await cabinet(hub)
    assert "Заказать за 50,00" in await hub.post(step="services", visit=visit)
    for _ in range(2):
        assert "Карту выдадут" in await hub.post(step="order", visit=visit, service="duplicate_card", price_kop="5000")
    first, second = (it for it in hub.heard if it["request"] == "order")
    assert first == second and first["price_kop"] == 5000 and first["order"].startswith("k-")


async def test_where_money_lacks_the_screen_offers_to_pay_in(hub: Hub) -> None:
    hub.missing = 4000
    page = await hub.post(step="services", visit=await cabinet(hub))
    assert "Не хватает 40,00" in page and "Внести деньги" in page and "Заказать" not in page


async def test_a_closed_session_ends_the_visit(hub: Hub) -> None:
    visit = await cabinet(hub)
    hub.said["services"] = (401, {"code": "session_over", "detail": "Прошло 2 минуты"})
    assert "Сеанс окончен" in await hub.post(step="services", visit=visit)
    assert "начните сначала" in await hub.post(step="services", visit=visit)


async def test_pins_and_phones_stand_in_no_request_log(hub: Hub) -> None:
    await hub.post(step="sign_in", visit="x", pin="4711", phone=PHONE)
    body = (await hub.stand.log())[-1]["body"]
    assert (body["pin"], body["phone"]) == ("***", "***")
