"""What an acquirer's record means: unknown is pending, other money is no money, card fields are not read (RULES D4, D12)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, NotFound, Rejected, Unavailable
from connectors.kit.payment import Payment, PaymentState
from connectors.payments.rbs import errors as rbs_errors
from connectors.payments.rbs import mapping as rbs
from connectors.payments.tbank import mapping as tbank
from connectors.payments.yookassa import mapping as yookassa

PENDING, HELD, PAID = PaymentState.PENDING, PaymentState.HELD, PaymentState.PAID
DECLINED, REFUNDED = PaymentState.DECLINED, PaymentState.REFUNDED


def at_bank(**changed: Any) -> Payment:
    told = {"orderNumber": "a", "orderStatus": 2, "amount": 100, "currency": "643", "attributes": [{"name": "mdOrder", "value": "m"}]}
    return rbs.status("rbs", json.dumps({**told, **changed}).encode(), provider_id="m")


def at_yookassa(**changed: Any) -> Payment:
    told = {"id": "y", "status": "succeeded", "paid": True, "amount": {"value": "1.00", "currency": "RUB"}}
    return yookassa.payment("yookassa", json.dumps({**told, **changed}).encode(), "y")


def at_tbank(**changed: Any) -> Payment:
    return tbank.state(
        "tbank", json.dumps({"Status": "CONFIRMED", "PaymentId": "1", "OrderId": "a", "Amount": 100, **changed}).encode(), "1"
    )


@pytest.mark.rule("D4")
@pytest.mark.parametrize(
    ("status", "state"),
    [(0, PENDING), (1, HELD), (2, PAID), (3, DECLINED), (4, REFUNDED), (5, PENDING), (6, DECLINED), (7, PENDING), (-1, PENDING)],
)
def test_the_banks_states(status: int, state: PaymentState) -> None:
    assert at_bank(orderStatus=status).state is state
    assert (at_bank(orderStatus=status).paid_kop > 0) == (state in (PAID, REFUNDED))


@pytest.mark.rule("D4")
@pytest.mark.parametrize(
    ("status", "state"),
    [("pending", PENDING), ("waiting_for_capture", HELD), ("succeeded", PAID), ("canceled", DECLINED), ("paid", PENDING)],
)
def test_yookassas_states(status: str, state: PaymentState) -> None:
    assert at_yookassa(status=status).state is state


@pytest.mark.rule("D4")
@pytest.mark.parametrize(
    ("status", "state"),
    [("NEW", PENDING), ("AUTHORIZED", HELD), ("CONFIRMED", PAID), ("CONFIRMING", PENDING), ("AUTH_FAIL", PENDING), ("REJECTED", DECLINED),
     ("PARTIAL_REFUNDED", REFUNDED), ("SUCCESS", PENDING), ("confirmed", PENDING), ("", PENDING)],
)  # fmt: skip
def test_tbanks_states(status: str, state: PaymentState) -> None:
    assert at_tbank(Status=status).state is state


@pytest.mark.parametrize(
    "told",
    [
        lambda: at_bank(currency="840"),
        lambda: at_bank(orderNumber="a", attributes=[{"name": "mdOrder", "value": "other"}]),
        lambda: at_bank(paymentAmountInfo={"depositedAmount": 0}),
        lambda: at_bank(amount=-5),
        lambda: at_bank(amount="1.5"),
        lambda: at_yookassa(amount={"value": "1.00", "currency": "USD"}),
        lambda: at_yookassa(amount={"value": "1.005", "currency": "RUB"}),
        lambda: at_yookassa(amount={"value": "1", "currency": "RUB"}),
        lambda: at_yookassa(amount={"value": "-1.00", "currency": "RUB"}),
        lambda: at_yookassa(paid=False),
        lambda: at_yookassa(id="z"),
        lambda: at_tbank(Amount=0),
        lambda: at_tbank(Amount=1.5),
        lambda: at_tbank(PaymentId="2"),
    ],
)
def test_other_money_or_another_payment_is_no_answer(told: Any) -> None:
    with pytest.raises(Drifted):
        told()


@pytest.mark.parametrize("currency", ["643", 643, "810", None, "RUB"])
def test_roubles_have_several_codes_at_the_bank(currency: Any) -> None:
    assert at_bank(currency=currency).paid_kop == 100


def test_a_part_that_was_paid_is_told_as_it_is() -> None:
    found = at_bank(paymentAmountInfo={"depositedAmount": 40, "approvedAmount": 100, "refundedAmount": 0})
    assert (found.amount_kop, found.paid_kop) == (100, 40)


@pytest.mark.rule("D12")
def test_no_card_field_is_kept() -> None:
    card = {"maskedPan": "555555**4444", "pan": "5555555555554444", "cardholderName": "IVAN"}
    told = [
        at_bank(cardAuthInfo=card, **card),
        at_yookassa(payment_method={"id": "y", "saved": True, "card": {"last4": "4444"}}),
        at_tbank(Pan="5555"),
    ]
    assert not any("555" in repr(one) or "4444" in repr(one) or "IVAN" in repr(one) for one in told)


@pytest.mark.parametrize(
    ("code", "words", "acts", "kind"),
    [
        ("1", "Заказ с таким номером уже обработан", False, Rejected),
        ("3", "Неизвестная валюта", False, Rejected),
        ("4", "Отсутствует сумма", False, Rejected),
        ("5", "Неверно указана сумма", False, Rejected),
        ("5", "Доступ запрещён", False, AuthExpired),
        ("5", "Пользователь должен сменить свой пароль", False, AuthExpired),
        ("6", "Незарегистрированный OrderId", False, NotFound),
        ("7", "Системная ошибка", False, Unavailable),
        ("7", "Системная ошибка", True, Unavailable),
        ("7", "Платёж должен быть в корректном состоянии", True, Rejected),
        ("999", "<b>что-то</b>", False, Rejected),
    ],
)
def test_the_banks_codes(code: str, words: str, acts: bool, kind: type[ConnectorError]) -> None:
    assert type(rbs_errors.of("rbs", code, words, acts=acts)) is kind
