"""Payments from Init to Cancel: tokens, states, sums, refusals by code, charges, SBP, time."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.tbank.wire.token import token
from tests.sandbox.tbank.conftest import Bank

CARD = {"step": "card", "expiry": "12/30", "cvc": "123"}


def test_the_token_is_the_published_one() -> None:
    asked = {"TerminalKey": "TermDEMO", "Amount": 10650, "OrderId": "o-17", "Description": "СМС", "DATA": {"a": 1}}
    assert token(asked, "secret") == "46696b1307acb8d064c4bacb77b947f3c4d35669028dcb390ced096dbc0624ab"


async def test_a_new_payment_waits_at_its_form(bank: Bank) -> None:
    made = await bank.init(Description="Питание", DATA={"Email": "a@example.org"})
    assert (made["Success"], made["ErrorCode"], made["Status"], made["Amount"]) == (True, "0", "NEW", 10650)
    assert await bank.state(made["PaymentId"]) == "NEW"
    assert "106,50" in (await bank.shop.page(made["PaymentURL"])).text
    assert await bank.state(made["PaymentId"]) == "FORM_SHOWED"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Amount": None}, "201"),
        ({"Amount": 106.5}, "247"),
        ({"Amount": "106,5"}, "247"),
        ({"Amount": True}, "247"),
        ({"Amount": -10650}, "251"),
        ({"Amount": 99}, "251"),
        ({"OrderId": None}, "201"),
        ({"OrderId": "o" * 37}, "212"),
        ({"Description": "я" * 141}, "213"),
        ({"Token": "0" * 64}, "204"),
        ({"TerminalKey": "nobody"}, "501"),
        ({"DATA": [1]}, "250"),
        ({"RedirectDueDate": "2020-01-01T00:00:00+03:00"}, "12"),
        ({"Recurrent": "Y"}, "201"),
        ({"SuccessURL": "javascript:1"}, "203"),
        ({"Receipt": {"Items": []}}, "309"),
        ({"Receipt": {"Items": [{"Amount": 1}], "Email": "a@example.org"}}, "308"),
        ({"Receipt": {"Items": [{"Amount": 10650}]}}, "329"),
    ],
)
async def test_a_wrong_init_is_refused_by_its_code_with_status_200(bank: Bank, changed: dict[str, Any], code: str) -> None:
    made = await bank.call("Init", **{"OrderId": "o", "Amount": 10650, **changed})
    assert (made["Success"], made["ErrorCode"]) == (False, code)
    assert (await bank.stand.http.get("/_sandbox/tbank/orders")).json() == {"orders": []}


async def test_a_token_takes_booleans_in_small_letters_and_no_nested_objects(bank: Bank) -> None:
    payment = await bank.payment(Receipt={"Items": [{"Amount": 10650}], "Email": "a@example.org"})
    await bank.call("GetQr", PaymentId=payment)
    assert (await bank.call("SbpPayTest", PaymentId=payment, IsRejected=True))["Success"] is True
    assert await bank.state(payment) == "REJECTED"


async def test_an_order_may_have_several_tries_until_one_is_paid(bank: Bank) -> None:
    first, second = await bank.payment(), await bank.payment()
    assert first != second
    await bank.shop.play(second, "pay")
    assert (await bank.init())["ErrorCode"] == "8"
    assert (await bank.stand.http.post(f"/_sandbox/tbank/orders/{first}/pay")).status_code == 409, "one order is paid once"
    found = await bank.call("CheckOrder", OrderId="o-17")
    assert [(it["PaymentId"], it["Status"]) for it in found["Payments"]] == [(first, "NEW"), (second, "CONFIRMED")]
    assert (await bank.call("CheckOrder", OrderId="nobody"))["ErrorCode"] == "335"
    await bank.stand.control("tbank/switches", {"unique_orders": True})
    assert (await bank.init())["ErrorCode"] == "20"


async def test_a_payment_of_another_terminal_is_not_found(bank: Bank) -> None:
    payment = await bank.paid()
    other = await bank.stand.control("tbank/shops", {"TerminalKey": "OtherDEMO", "Password": "another"})
    bank.key, bank.password = other["TerminalKey"], other["Password"]
    assert {(await bank.call(name, PaymentId=payment))["ErrorCode"] for name in ("GetState", "Confirm", "Cancel", "GetQr")} == {"255"}
    assert [(await bank.call("GetState", PaymentId=it))["ErrorCode"] for it in (None, "x")] == ["201", "217"]


async def test_a_hold_is_confirmed_in_part_once(bank: Bank) -> None:
    payment = await bank.paid(PayType="T")
    assert await bank.state(payment) == "AUTHORIZED"
    assert (await bank.call("Confirm", PaymentId=payment, Amount=10651))["ErrorCode"] == "330"
    assert (await bank.call("Confirm", PaymentId=payment, Amount=10000))["Status"] == "CONFIRMED"
    assert (await bank.call("Confirm", PaymentId=payment))["ErrorCode"] == "8"


@pytest.mark.parametrize(
    ("paid", "more", "amount", "status"),
    [
        (False, {}, None, "CANCELED"),
        (True, {"PayType": "T"}, 650, "PARTIAL_REVERSED"),
        (True, {"PayType": "T"}, None, "REVERSED"),
        (True, {}, 650, "PARTIAL_REFUNDED"),
        (True, {}, None, "REFUNDED"),
    ],
)
async def test_cancel_does_what_the_status_allows(bank: Bank, more: dict[str, Any], amount: int | None, status: str, *, paid: bool) -> None:
    payment = await (bank.paid(**more) if paid else bank.payment(**more))
    found = await bank.call("Cancel", PaymentId=payment, Amount=amount)
    left = 10650 - amount if amount else 0
    assert (found["Status"], found["OriginalAmount"], found["NewAmount"]) == (status, 10650, left)


async def test_refunds_go_in_parts_up_to_the_payment_and_the_same_request_once(bank: Bank) -> None:
    payment = await bank.paid()
    first = await bank.call("Cancel", PaymentId=payment, Amount=650, ExternalRequestId="r1")
    assert await bank.call("Cancel", PaymentId=payment, Amount=650, ExternalRequestId="r1") == first
    assert (await bank.call("Cancel", PaymentId=payment, Amount=10001))["ErrorCode"] == "330"
    assert (await bank.call("Cancel", PaymentId=payment))["Status"] == "REFUNDED"
    assert (await bank.call("Cancel", PaymentId=payment))["ErrorCode"] == "4"


async def test_a_form_that_nobody_finished_ends_without_a_notice(bank: Bank) -> None:
    day, soon = await bank.payment("1"), await bank.payment("2", RedirectDueDate="2026-11-20T13:00:00+03:00")
    await bank.stand.later(hours=1)
    assert (await bank.state(day), await bank.state(soon)) == ("NEW", "DEADLINE_EXPIRED")
    await bank.stand.later(hours=23)
    assert (await bank.state(day), bank.shop.heard) == ("DEADLINE_EXPIRED", [])


async def test_a_recurrent_payment_gives_a_key_for_charges_until_the_card_goes(bank: Bank) -> None:
    await bank.paid("1", CustomerKey="parent", Recurrent="Y")
    rebill, card = str(bank.told()[-1]["RebillId"]), str(bank.told()[-1]["CardId"])
    assert (await bank.call("Charge", PaymentId=await bank.payment("2"), RebillId=rebill))["Status"] == "CONFIRMED"
    await bank.stand.control(f"tbank/cards/{card}", {"refusal": "insufficient_funds"})
    refused = await bank.call("Charge", PaymentId=await bank.payment("3"), RebillId=rebill)
    assert (refused["Success"], refused["ErrorCode"], refused["Status"]) == (False, "1051", "REJECTED")
    assert [it["CardId"] for it in await bank.call("GetCardList", CustomerKey="parent")] == [card]
    assert (await bank.call("RemoveCard", CustomerKey="parent", CardId=card))["Status"] == "D"
    assert (await bank.call("RemoveCard", CustomerKey="parent", CardId=card))["ErrorCode"] == "231"
    assert (await bank.call("Charge", PaymentId=await bank.payment("4"), RebillId=rebill))["ErrorCode"] == "104"


async def test_a_customer_is_kept_and_forgotten(bank: Bank) -> None:
    await bank.call("AddCustomer", CustomerKey="parent", Email="a@example.org")
    assert (await bank.call("GetCustomer", CustomerKey="parent"))["Email"] == "a@example.org"
    assert (await bank.call("RemoveCustomer", CustomerKey="parent"))["Success"] is True
    assert (await bank.call("GetCustomer", CustomerKey="parent"))["ErrorCode"] == "7"


@pytest.mark.parametrize(("asked", "status"), [({}, "CONFIRMED"), ({"IsDeadlineExpired": True}, "DEADLINE_EXPIRED")])
async def test_sbp_is_a_code_and_a_played_payer(bank: Bank, asked: dict[str, bool], status: str) -> None:
    payment = await bank.payment()
    assert (await bank.call("SbpPayTest", PaymentId=payment))["ErrorCode"] == "8", "no code was asked for"
    code = await bank.call("GetQr", PaymentId=payment)
    assert "/qr/" in code["Data"] and "106,50" in (await bank.shop.page(code["Data"])).text
    await bank.call("SbpPayTest", PaymentId=payment, **asked)
    assert await bank.state(payment) == status


async def test_an_sbp_refund_tells_its_state(bank: Bank) -> None:
    payment = await bank.payment()
    await bank.shop.play(payment, "pay", kind="sbp")
    await bank.call("Cancel", PaymentId=payment, Amount=650)
    found = await bank.call("GetQrState", PaymentId=payment)
    assert (found["Status"], found["Amount"]) == ("PARTIAL_REFUNDED", 650)
    assert (await bank.call("GetQrState", PaymentId=await bank.paid("2")))["ErrorCode"] == "3001"


@pytest.mark.parametrize(
    ("pan", "code", "status", "url"),
    [
        ("5555555555554444", None, "CONFIRMED", "http://localhost:8000/ok?true=0"),
        ("4111111111111111", "12345678", "CONFIRMED", "http://localhost:8000/ok?true=0"),
        ("4111111111111111", "1", "AUTH_FAIL", "http://localhost:8000/no?false=101"),
        ("2200000000000012", None, "REJECTED", "http://localhost:8000/no?false=1051"),
    ],
)
async def test_the_form_takes_a_test_card_and_leads_to_the_shops_address(
    bank: Bank, pan: str, code: str | None, status: str, url: str
) -> None:
    address = "http://localhost:8000/{}?${{Success}}=${{ErrorCode}}"
    made = await bank.init(SuccessURL=address.format("ok"), FailURL=address.format("no"))
    answer = await bank.shop.page(made["PaymentURL"], pan=pan, **CARD)
    if code is not None:
        assert await bank.state(made["PaymentId"]) == "3DS_CHECKING"
        answer = await bank.shop.page(made["PaymentURL"], step="code", bank_code=code)
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    assert await bank.state(made["PaymentId"]) == status


@pytest.mark.parametrize(
    ("fault", "http", "code"),
    [
        ({"kind": "rate_limit", "value": 3}, 429, "119"),
        ({"kind": "auth_expired"}, 200, "204"),
        ({"kind": "error"}, 200, "9999"),
        ({"kind": "error", "value": "99"}, 200, "99"),
    ],
)
async def test_a_fault_is_worded_by_the_bank(bank: Bank, fault: dict[str, Any], http: int, code: str) -> None:
    await bank.stand.fault(times=1, **fault)
    answer = await bank.shop.http.post("/tbank/v2/GetState", json={})
    assert (answer.status_code, answer.json()["ErrorCode"]) == (http, code)


async def test_what_is_no_call_is_refused(bank: Bank) -> None:
    http = bank.shop.http
    assert (await http.post("/tbank/v2/Init", content=b"[]")).json()["ErrorCode"] == "203"
    assert (await http.post("/tbank/v2/Init", content=b"{")).json()["ErrorCode"] == "203"
    assert [(await http.get("/tbank/v2/Init")).status_code, (await http.post("/tbank/v2/Nope", json={})).status_code] == [404, 404]
    await bank.stand.control("tbank/switches", {"blocked": True})
    assert (await bank.init())["ErrorCode"] == "202"


async def test_no_card_number_is_kept_or_logged(bank: Bank) -> None:
    made = await bank.init(CustomerKey="parent")
    await bank.shop.page(made["PaymentURL"], pan="5555555555554444", **CARD)
    texts = [(await bank.stand.http.get(f"/_sandbox/{path}")).text for path in ("requests?system=tbank", "tbank/cards", "tbank/notices")]
    assert not any("5555555555554444" in text or bank.password in text for text in texts)
