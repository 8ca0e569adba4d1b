"""Orders from registration to refund, by REST: states, sums, refusals by code, time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.rbs.conftest import BACK, Bank


async def test_a_registered_order_has_an_id_and_a_page_and_no_error_code(bank: Bank) -> None:
    found = await bank.register()
    assert set(found) == {"orderId", "formUrl"}
    assert found["formUrl"].endswith(f"mdOrder={found['orderId']}")
    assert await bank.state(found["orderId"]) == (0, -100)


async def test_a_second_order_of_the_same_number_is_error_1_and_the_first_is_found_by_its_number(bank: Bank) -> None:
    order_id = await bank.order()
    assert (await bank.register())["errorCode"] == "1"
    assert (await bank.call("getOrderStatusExtended", orderNumber="000017"))["attributes"] == [{"name": "mdOrder", "value": order_id}]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"orderNumber": ""}, "4"),
        ({"orderNumber": "я" * 33}, "5"),
        ({"amount": ""}, "4"),
        ({"amount": "106.50"}, "5"),
        ({"amount": "106,50"}, "5"),
        ({"amount": "-1"}, "5"),
        ({"amount": "0"}, "5"),
        ({"amount": "1" * 13}, "5"),
        ({"returnUrl": ""}, "4"),
        ({"returnUrl": "javascript:alert(1)"}, "5"),
        ({"currency": "840"}, "3"),
        ({"sessionTimeoutSecs": "soon"}, "5"),
        ({"expirationDate": "2020-01-01T00:00:00"}, "5"),
        ({"bindingId": "nobody"}, "2"),
        ({"jsonParams": "[1]"}, "5"),
        ({"password": "wrong"}, "5"),
        ({"userName": ""}, "5"),
    ],
)
async def test_a_wrong_registration_is_refused_by_its_code_with_status_200(bank: Bank, changed: dict[str, str], code: str) -> None:
    asked = {"orderNumber": "1", "amount": "100", "returnUrl": BACK} | changed
    assert (await bank.call("register", **asked))["errorCode"] == code
    assert (await bank.shop.http.get("/_sandbox/rbs/orders")).json() == {"orders": []}


async def test_a_paid_order_is_deposited_and_tells_its_card_by_a_mask_only(bank: Bank) -> None:
    order_id = await bank.paid()
    found = await bank.call("getOrderStatusExtended", orderId=order_id)
    assert (found["orderStatus"], found["actionCode"], found["paymentAmountInfo"]["paymentState"]) == (2, 0, "DEPOSITED")
    assert found["paymentAmountInfo"]["depositedAmount"] == found["amount"] == 10650
    assert found["cardAuthInfo"]["maskedPan"] == "555555**4444"
    old = await bank.call("getOrderStatus", orderId=order_id)
    assert (old["OrderStatus"], old["ErrorCode"], old["Amount"], old["Pan"]) == (2, "0", 10650, "555555**4444")


async def test_an_order_of_another_shop_is_unknown(bank: Bank) -> None:
    order_id = await bank.paid()
    other = await bank.stand.control("rbs/shops", {"userName": "other-api", "password": "another"})
    bank.auth = {name: other[name] for name in ("userName", "password")}
    for call in ("getOrderStatusExtended", "refund", "reverse", "deposit"):
        assert (await bank.call(call, orderId=order_id, amount=100))["errorCode"] == "6"
    assert (await bank.call("getOrderStatusExtended", orderNumber="000017"))["errorCode"] == "6"


async def test_a_hold_is_taken_in_part_once(bank: Bank) -> None:
    order_id = await bank.paid(two_stage=True)
    assert await bank.state(order_id) == (1, 0)
    assert (await bank.call("deposit", orderId=order_id, amount=10651))["errorCode"] == "5"
    assert (await bank.call("deposit", orderId=order_id, amount=10000))["errorCode"] == "0"
    assert (await bank.call("deposit", orderId=order_id, amount=100))["errorCode"] == "7"
    info = (await bank.call("getOrderStatusExtended", orderId=order_id))["paymentAmountInfo"]
    assert (info["approvedAmount"], info["depositedAmount"]) == (10650, 10000)


async def test_refunds_go_in_parts_up_to_what_was_deposited(bank: Bank) -> None:
    order_id = await bank.paid()
    codes = [(await bank.call("refund", orderId=order_id, amount=amount))["errorCode"] for amount in ("650.5", 650, 10001, 10000, 1)]
    assert codes == ["5", "0", "7", "0", "7"]
    found = await bank.call("getOrderStatusExtended", orderId=order_id)
    assert (found["orderStatus"], found["paymentAmountInfo"]["refundedAmount"]) == (4, 10650)
    assert [it["amount"] for it in found["refunds"]] == [650, 10000]


async def test_a_refund_of_zero_gives_all_that_is_left(bank: Bank) -> None:
    order_id = await bank.paid()
    await bank.call("refund", orderId=order_id, amount=1)
    await bank.call("refund", orderId=order_id, amount=0)
    assert (await bank.call("getOrderStatusExtended", orderId=order_id))["paymentAmountInfo"]["refundedAmount"] == 10650


async def test_a_payment_is_reversed_on_its_day_and_refunded_later(bank: Bank) -> None:
    early, late = await bank.paid("1"), await bank.paid("2")
    assert (await bank.call("reverse", orderId=early))["errorCode"] == "0"
    assert await bank.state(early) == (3, 0)
    await bank.stand.later(days=1)
    assert (await bank.call("reverse", orderId=late))["errorCode"] == "7"
    assert (await bank.call("refund", orderId=late, amount=10650))["errorCode"] == "0"


async def test_an_unpaid_order_ends_with_its_session(bank: Bank) -> None:
    short, long = await bank.order("1"), await bank.order("2", sessionTimeoutSecs=3600)
    await bank.stand.later(seconds=1200)
    assert await bank.state(short) == (6, -2007)
    assert await bank.state(long) == (0, -100)
    assert [it["operation"] for it in bank.shop.told()] == ["declinedByTimeout"]


async def test_a_hold_that_nobody_takes_is_released_after_a_week(bank: Bank) -> None:
    order_id = await bank.paid(two_stage=True)
    await bank.stand.later(days=7)
    assert (await bank.state(order_id))[0] == 3


async def test_a_saved_card_pays_without_the_payer_until_it_is_unbound(bank: Bank) -> None:
    await bank.paid("1", clientId="parent")
    assert (await bank.call("getBindings", clientId="nobody"))["errorCode"] == "2"
    (binding,) = (await bank.call("getBindings", clientId="parent"))["bindings"]
    key = binding["bindingId"]

    async def pay(number: str) -> Any:
        order_id = await bank.order(number, clientId="parent")
        return (await bank.call("paymentOrderBinding", mdOrder=order_id, bindingId=key, ip="127.0.0.1"))["errorCode"]

    assert await pay("2") == 0
    await bank.stand.control(f"rbs/bindings/{key}", {"refusal": "insufficient_funds"})
    assert await pay("3") == 2
    assert (await bank.call("getOrderStatusExtended", orderNumber="3"))["actionCode"] == 116
    assert [(await bank.call(name, bindingId=key))["errorCode"] for name in ("bindCard", "unBindCard", "unBindCard")] == ["6", "0", "6"]
    assert await pay("4") == "2"
    assert (await bank.call("getBindings", clientId="parent"))["errorCode"] == "2"


async def test_the_newer_addresses_take_json_and_may_word_errors_their_own_way(bank: Bank) -> None:
    url = "/rbs/ecomm/gw/partner/api/v1/register.do"
    asked = {**bank.auth, "orderNumber": "j1", "amount": 100, "returnUrl": BACK, "jsonParams": {"contract": "0270390000"}}
    order_id = (await bank.shop.http.post(url, json=asked)).json()["orderId"]
    found = await bank.call("getOrderStatusExtended", orderId=order_id)
    assert found["merchantOrderParams"] == [{"name": "contract", "value": "0270390000"}]
    await bank.stand.control("rbs/switches", {"modern_errors": True})
    again = (await bank.shop.http.post(url, json=asked)).json()
    assert (again["success"], again["error"]["code"]) == (False, "1")


async def test_sbp_is_a_code_for_the_order_paid_in_the_banks_app(bank: Bank) -> None:
    order_id = await bank.order()
    code = await bank.call("sbp/c2b/qr/dynamic/get", mdOrder=order_id)
    asked = {"mdOrder": order_id, "qrId": code["qrId"]}
    assert (await bank.call("sbp/c2b/qr/status", **asked))["qrStatus"] == "STARTED"
    await bank.shop.play(order_id, "pay", kind="sbp")
    found = await bank.call("sbp/c2b/qr/status", **asked)
    assert (found["qrStatus"], found["transactionState"]) == ("ACCEPTED", "DEPOSITED")


async def test_a_token_stands_for_name_and_password(bank: Bank) -> None:
    bank.auth = {"token": bank.shop.keys["token"]}
    assert "orderId" in await bank.register()
    bank.auth = {"token": "another"}
    assert (await bank.register("2"))["errorCode"] == "5"
