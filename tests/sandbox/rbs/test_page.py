"""The bank's own page: test cards, the bank's code, SBP, back to the shop; no number is kept."""

from __future__ import annotations

import pytest

from sandbox.paying.cards import CARDS, CODE, luhn
from tests.sandbox.rbs.conftest import BACK, Bank

CARD = {"step": "card", "expiry": "12/30", "cvc": "123"}


def test_every_test_card_has_a_right_number() -> None:
    assert all(luhn(card.number) for card in CARDS)
    assert not luhn("4111111111111112")


async def test_a_card_without_a_code_pays_at_once_and_leads_back(bank: Bank) -> None:
    made = await bank.register(description="Питание, Маша")
    shown = await bank.shop.page(made["formUrl"])
    assert "106,50" in shown.text and "Питание, Маша" in shown.text and "<script" not in shown.text
    answer = await bank.shop.page(made["formUrl"], pan="5555 5555 5555 4444", **CARD)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BACK}?orderId={made['orderId']}&lang=ru")
    assert await bank.state(made["orderId"]) == (2, 0)


@pytest.mark.parametrize(("code", "state"), [(CODE, (2, 0)), ("000", (6, -2006))])
async def test_a_checked_card_asks_the_code_that_the_bank_sent(bank: Bank, code: str, state: tuple[int, int]) -> None:
    made = await bank.register()
    asked = await bank.shop.page(made["formUrl"], pan="4111111111111111", **CARD)
    assert "Код, который прислал банк" in asked.text
    assert (await bank.state(made["orderId"]))[0] == 5
    await bank.shop.page(made["formUrl"], step="code", bank_code=code)
    assert await bank.state(made["orderId"]) == state


@pytest.mark.parametrize(
    ("pan", "action"),
    [("2200000000000012", 116), ("2200000000000020", 101), ("2200000000000038", 208), ("2200000000000046", 100)],
)
async def test_a_refused_card_leads_to_the_shops_other_address(bank: Bank, pan: str, action: int) -> None:
    made = await bank.register(failUrl=f"{BACK}/fail?x=1")
    answer = await bank.shop.page(made["formUrl"], pan=pan, **CARD)
    assert answer.headers["location"].startswith(f"{BACK}/fail?x=1&orderId=")
    assert await bank.state(made["orderId"]) == (6, action)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({"pan": "4111111111111112"}, "Номер карты неверен"),
        ({"pan": "4276000000000000"}, "настоящая карта не нужна"),
        ({"expiry": "13/30"}, "месяц и год"),
        ({"cvc": "12"}, "три цифры"),
        ({"step": "?"}, "Выберите"),
    ],
)
async def test_a_wrong_form_is_shown_again_and_says_what_is_wrong(bank: Bank, form: dict[str, str], text: str) -> None:
    made = await bank.register()
    pan = "4276000000000000"
    digit = next(d for d in "0123456789" if luhn(pan[:-1] + d))
    form = {name: pan[:-1] + digit if value == pan else value for name, value in form.items()}
    answer = await bank.shop.page(made["formUrl"], **{"pan": "5555555555554444", **CARD, **form})
    assert text in answer.text and 'role="alert"' in answer.text
    assert await bank.state(made["orderId"]) == (0, -100)


async def test_no_card_number_or_code_is_kept_or_logged(bank: Bank) -> None:
    made = await bank.register(clientId="parent")
    await bank.shop.page(made["formUrl"], pan="5555555555554444", **CARD)
    everything = [
        (await bank.stand.http.get(f"/_sandbox/{path}")).text
        for path in ("requests?system=rbs", "rbs/orders", "rbs/bindings", "rbs/notices")
    ]
    assert not any("5555555555554444" in text or '"123"' in text for text in everything)


async def test_a_page_that_is_paid_or_over_offers_no_second_payment(bank: Bank) -> None:
    made = await bank.register()
    await bank.shop.play(made["orderId"], "pay", kind="sbp")
    again = await bank.shop.page(made["formUrl"], pan="5555555555554444", **CARD)
    assert "Оплачено" in again.text and "<form" not in again.text
    assert len(bank.shop.heard) == 1


async def test_sbp_is_offered_on_the_page(bank: Bank) -> None:
    made = await bank.register()
    assert (await bank.shop.page(made["formUrl"], step="sbp")).status_code == 303
    assert (await bank.call("getOrderStatusExtended", orderId=made["orderId"]))["paymentWay"] == "SBP_C2B"


async def test_an_order_that_is_not_there_says_so(bank: Bank) -> None:
    answer = await bank.shop.page("/rbs/payment/merchants/x/payment_ru.html?mdOrder=nobody")
    assert answer.status_code == 404 and "Заказ не найден" in answer.text
