"""Notices: signed by the Token rule, both stages told, again until the word OK, repeated and spoilt."""

from __future__ import annotations

import httpx

from sandbox.tbank.wire.token import token
from tests.sandbox.tbank.conftest import Bank, made_token


def test_the_banks_own_example_of_a_notice_is_signed_as_it_says() -> None:
    told = {
        "TerminalKey": "1321054611234DEMO", "OrderId": "201709", "Success": True, "Status": "AUTHORIZED", "PaymentId": 8742591,
        "ErrorCode": "0", "Amount": 9855, "CardId": 322264, "Pan": "430000******0777", "ExpDate": "1122", "RebillId": 101709,
    }  # fmt: skip
    assert token(told, "Dfsfh56dgKl") == made_token(told, "Dfsfh56dgKl")


async def test_a_payment_of_one_stage_is_told_as_held_and_as_confirmed(bank: Bank) -> None:
    payment = await bank.paid()
    assert [(it["Status"], it["Success"], str(it["PaymentId"])) for it in bank.told()] == [
        ("AUTHORIZED", True, payment),
        ("CONFIRMED", True, payment),
    ]
    assert all(it["Token"] == made_token(it, bank.password) for it in bank.told())
    assert bank.told()[0]["Pan"] == "555555******4444"


async def test_a_refund_tells_what_went_back(bank: Bank) -> None:
    payment = await bank.paid()
    await bank.call("Cancel", PaymentId=payment, Amount=650)
    await bank.call("Cancel", PaymentId=payment, Amount=50)
    await bank.stand.http.get("/_sandbox/tbank/notices")
    assert [(it["Status"], it["Amount"]) for it in bank.told()[2:]] == [("PARTIAL_REFUNDED", 650), ("PARTIAL_REFUNDED", 50)]


async def test_a_refusal_is_told_with_its_code_and_a_failed_check_is_not_told(bank: Bank) -> None:
    first, second = await bank.payment("1"), await bank.payment("2")
    await bank.shop.play(first, "decline", reason="insufficient_funds")
    await bank.shop.play(second, "decline", reason="check_failed")
    assert [(it["Status"], it["Success"], it["ErrorCode"]) for it in bank.told()] == [("REJECTED", False, "1051")]
    assert await bank.state(second) == "AUTH_FAIL"


async def test_a_receipt_is_told_with_its_fiscal_marks(bank: Bank) -> None:
    await bank.paid(Receipt={"Items": [{"Name": "Питание", "Amount": 10650}], "Email": "a@example.org", "Taxation": "osn"})
    told = bank.told()[-1]
    assert told["Status"] == "RECEIPT" and told["FiscalDocumentNumber"] and told["Token"] == made_token(told, bank.password)


async def test_a_notice_comes_again_each_hour_until_the_word_ok(bank: Bank) -> None:
    bank.shop.answer = httpx.Response(200, text="ok")
    await bank.paid(PayType="T")
    await bank.stand.later(hours=1)
    await bank.stand.http.get("/_sandbox/tbank/notices")
    bank.shop.answer = None
    await bank.stand.later(hours=1)
    await bank.stand.http.get("/_sandbox/tbank/notices")
    (kept,) = (await bank.stand.http.get("/_sandbox/tbank/notices")).json()["notices"]
    assert (kept["answers"], kept["received"]) == ([200, 200, 200], True)


async def test_a_notice_is_repeated_spoilt_and_told_too_early_when_asked(bank: Bank) -> None:
    payment = await bank.payment()
    await bank.shop.play(payment, "notify", tamper="status", times=3)
    assert [(it["Status"], it["Success"]) for it in bank.told()] == [("CONFIRMED", True)] * 3
    await bank.shop.play(payment, "notify", event="CONFIRMED", tamper="signature")
    assert bank.told()[-1]["Token"] != made_token(bank.told()[-1], bank.password)
    await bank.shop.play(payment, "notify", event="CONFIRMED", tamper="amount")
    assert (bank.told()[-1]["Amount"], bank.told()[-1]["Token"]) == (1065000, made_token(bank.told()[-1], bank.password))
    assert await bank.state(payment) == "NEW"


async def test_a_payment_may_name_its_own_notice_address(bank: Bank) -> None:
    await bank.paid(NotificationURL="http://localhost:8000/own")
    assert {it.url.path for it in bank.shop.heard} == {"/own"}
