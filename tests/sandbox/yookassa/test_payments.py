"""Payments from creation to refund: states, sums, repeated keys, saved methods, receipts, lists, time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.yookassa.conftest import BACK, REDIRECT, Yoo, money

ITEM = {"description": "Питание", "quantity": "1.00", "amount": money("106.50"), "vat_code": 1}
RECEIPT = {"customer": {"email": "parent@example.org"}, "items": [ITEM]}


async def test_a_new_payment_waits_at_the_page_for_the_payer(yoo: Yoo) -> None:
    made = await yoo.create(description="Питание", metadata={"order": "17"})
    assert (made["status"], made["paid"], made["refundable"], made["amount"]) == ("pending", False, False, money("106.50"))
    assert made["confirmation"]["confirmation_url"].endswith(f"orderId={made['id']}")
    assert await yoo.get(f"payments/{made['id']}") == made


async def test_a_paid_one_tells_what_reaches_the_shop_and_the_cards_ends_only(yoo: Yoo) -> None:
    found = await yoo.get(f"payments/{await yoo.paid()}")
    assert (found["status"], found["paid"], found["income_amount"]) == ("succeeded", True, money("102.77"))
    assert (found["payment_method"]["card"]["first6"], found["payment_method"]["card"]["last4"]) == ("555555", "4444")
    assert "confirmation" not in found


async def test_the_same_key_gives_the_same_answer_for_a_day_and_another_request_is_refused(yoo: Yoo) -> None:
    body = {"amount": money("1.00"), "confirmation": REDIRECT}
    first = await yoo.post("payments", body, key="one")
    await yoo.shop.play(first["id"], "pay")
    assert await yoo.post("payments", body, key="one") == first
    other = await yoo.send("POST", "payments", {**body, "amount": money("2.00")}, key="one")
    assert (other.status_code, other.json()["description"]) == (400, "Idempotence key duplicated")
    await yoo.stand.later(hours=24)
    assert (await yoo.post("payments", body, key="one"))["id"] != first["id"]


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"amount": None}, "amount"),
        ({"amount": {"value": 106.5, "currency": "RUB"}}, "amount.value"),
        ({"amount": money("106,50")}, "amount.value"),
        ({"amount": money("106.501")}, "amount.value"),
        ({"amount": money("-1.00")}, "amount.value"),
        ({"amount": money("0.00")}, "amount.value"),
        ({"amount": {"value": "1.00", "currency": "USD"}}, "amount.currency"),
        ({"confirmation": None}, "confirmation"),
        ({"confirmation": {"type": "redirect", "return_url": "javascript:1"}}, "confirmation.return_url"),
        ({"confirmation": {"type": "letter"}}, "confirmation.type"),
        ({"payment_method_data": {"type": "barter"}}, "payment_method_data.type"),
        ({"payment_method_data": {"type": "cash"}}, "payment_method_data.phone"),
        ({"payment_method_id": "nobody"}, "payment_method_id"),
        ({"description": "я" * 129}, "description"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"capture": "yes"}, "capture"),
        ({"receipt": {"items": [ITEM]}}, "receipt.customer"),
        ({"receipt": {**RECEIPT, "items": []}}, "receipt.items"),
        ({"receipt": {**RECEIPT, "items": [{**ITEM, "quantity": "2"}]}}, "receipt"),
        ({"receipt": {**RECEIPT, "items": [{**ITEM, "vat_code": 99}]}}, "receipt.items[0].vat_code"),
    ],
)
async def test_a_wrong_payment_is_400_and_names_its_field(yoo: Yoo, changed: dict[str, Any], parameter: str) -> None:
    answer = await yoo.send("POST", "payments", {"amount": money("106.50"), "confirmation": REDIRECT, **changed})
    assert (answer.status_code, answer.json()["code"], answer.json()["parameter"]) == (400, "invalid_request", parameter)
    assert (await yoo.get("payments"))["items"] == []


async def test_a_card_number_from_the_shop_is_forbidden(yoo: Yoo) -> None:
    body = {"amount": money("1.00"), "payment_method_data": {"type": "bank_card", "card": {"number": "5555555555554444"}}}
    assert (await yoo.send("POST", "payments", body)).status_code == 403


@pytest.mark.parametrize(("key", "status"), [(None, 400), ("k" * 65, 400), ("k" * 64, 200)])
async def test_a_payment_wants_a_key(yoo: Yoo, key: str | None, status: int) -> None:
    assert (await yoo.send("POST", "payments", {"amount": money("1.00"), "confirmation": REDIRECT}, key=key)).status_code == status


async def test_who_asks_is_checked_and_sees_its_own_only(yoo: Yoo) -> None:
    payment, own = await yoo.paid(), yoo.auth
    yoo.auth = (own[0], "wrong")
    answer = await yoo.send("GET", f"payments/{payment}")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    other = await yoo.stand.control("yookassa/shops", {"shop_id": "7", "secret_key": "seven"})
    yoo.auth = (other["shop_id"], other["secret_key"])
    assert [(await yoo.send("GET", path)).status_code for path in (f"payments/{payment}", "refunds/1", "receipts/1")] == [404] * 3
    assert (await yoo.send("POST", "refunds", {"payment_id": payment, "amount": money("1.00")})).status_code == 404


async def test_a_hold_is_captured_in_part_or_canceled_once(yoo: Yoo) -> None:
    first, second = await yoo.paid(capture=False), await yoo.paid(capture=False)
    held = await yoo.get(f"payments/{first}")
    assert (held["status"], held["paid"], "expires_at" in held) == ("waiting_for_capture", True, True)
    assert (await yoo.send("POST", f"payments/{first}/capture", {"amount": money("200.00")})).status_code == 400
    taken = await yoo.post(f"payments/{first}/capture", {"amount": money("100.00")})
    assert (taken["status"], taken["amount"]) == ("succeeded", money("100.00"))
    assert (await yoo.send("POST", f"payments/{first}/cancel")).status_code == 400
    dropped = await yoo.post(f"payments/{second}/cancel")
    assert dropped["cancellation_details"] == {"party": "merchant", "reason": "canceled_by_merchant"}


@pytest.mark.parametrize(("hold", "hours", "reason"), [(False, 1, "expired_on_confirmation"), (True, 24 * 7, "expired_on_capture")])
async def test_what_nobody_confirms_or_takes_in_time_is_canceled(yoo: Yoo, hours: int, reason: str, *, hold: bool) -> None:
    payment = await yoo.paid(capture=False) if hold else (await yoo.create())["id"]
    await yoo.stand.later(hours=hours)
    found = await yoo.get(f"payments/{payment}")
    assert (found["status"], found["cancellation_details"]["reason"]) == ("canceled", reason)
    assert yoo.told()[-1]["event"] == "payment.canceled"


async def test_refunds_go_in_parts_up_to_the_payment(yoo: Yoo) -> None:
    payment = await yoo.paid()
    made = await yoo.post("refunds", {"payment_id": payment, "amount": money("6.50")})
    assert (made["status"], await yoo.get(f"refunds/{made['id']}")) == ("succeeded", made)
    assert (await yoo.send("POST", "refunds", {"payment_id": payment, "amount": money("100.01")})).status_code == 400
    await yoo.post("refunds", {"payment_id": payment, "amount": money("100.00")})
    found = await yoo.get(f"payments/{payment}")
    assert (found["refunded_amount"], found["refundable"], found["status"]) == (money("106.50"), False, "succeeded")
    assert len((await yoo.get("refunds", payment_id=payment))["items"]) == 2


async def test_a_refund_may_wait_and_is_told_when_it_is_done(yoo: Yoo) -> None:
    payment = await yoo.paid()
    await yoo.stand.control("yookassa/switches", {"refunds_wait": True})
    made = await yoo.post("refunds", {"payment_id": payment, "amount": money("1.00")})
    assert made["status"] == "pending"
    await yoo.stand.later(minutes=1)
    assert (await yoo.get(f"refunds/{made['id']}"))["status"] == "succeeded"
    await yoo.stand.http.get("/_sandbox/yookassa/notices")
    assert yoo.told()[-1]["event"] == "refund.succeeded"


async def test_a_saved_method_pays_without_the_payer_until_the_bank_refuses(yoo: Yoo) -> None:
    method = (await yoo.get(f"payments/{await yoo.paid(save_payment_method=True)}"))["payment_method"]
    assert method["saved"] is True
    again: dict[str, Any] = {"confirmation": None, "payment_method_id": method["id"]}
    assert (await yoo.create("10.00", **again))["status"] == "succeeded"
    await yoo.stand.control(f"yookassa/methods/{method['id']}", {"refusal": "permission_revoked"})
    refused = await yoo.create("10.00", **again)
    assert (refused["status"], refused["cancellation_details"]["reason"]) == ("canceled", "permission_revoked")


async def test_cash_sends_the_payer_a_code_for_the_terminals(yoo: Yoo) -> None:
    data = {"type": "cash", "phone": "79001234567"}
    made = await yoo.post("payments", {"amount": money("100.00"), "payment_method_data": data, "capture": True})
    (letter,) = (await yoo.stand.http.get("/inbox?kind=sms&to=79001234567", headers={"Accept": "application/json"})).json()["items"]
    assert letter["code"] in letter["text"] and len(letter["code"]) == 10
    await yoo.shop.play(made["id"], "pay")
    assert (await yoo.get(f"payments/{made['id']}"))["payment_method"]["type"] == "cash"


async def test_a_receipt_is_registered_with_the_payment_and_with_its_refund(yoo: Yoo) -> None:
    payment = await yoo.paid(receipt=RECEIPT)
    assert (await yoo.get(f"payments/{payment}"))["receipt_registration"] == "succeeded"
    await yoo.post("refunds", {"payment_id": payment, "amount": money("106.50"), "receipt": RECEIPT})
    found = (await yoo.get("receipts", payment_id=payment))["items"]
    assert [it["type"] for it in found] == ["refund", "payment"]
    assert all(it["fiscal_document_number"] and it["fiscal_attribute"] for it in found)
    assert await yoo.get(f"receipts/{found[0]['id']}") == found[0]


async def test_lists_come_newest_first_in_pages(yoo: Yoo) -> None:
    made = [(await yoo.create(f"{number}.00"))["id"] for number in (1, 2, 3)]
    first = await yoo.get("payments", limit=2)
    assert [it["id"] for it in first["items"]] == made[:0:-1]
    rest = await yoo.get("payments", limit=2, cursor=first["next_cursor"])
    assert ([it["id"] for it in rest["items"]], "next_cursor" in rest) == ([made[0]], False)
    assert (await yoo.get("payments", status="succeeded"))["items"] == []
    assert (await yoo.get("payments", **{"created_at.gt": "2030-01-01T00:00:00Z"}))["items"] == []
    wrong: list[dict[str, Any]] = [{"limit": 0}, {"cursor": "x"}, {"status": "x"}, {"created_at.gt": "x"}]
    assert [(await yoo.send("GET", "payments", **it)).status_code for it in wrong] == [400] * 4


async def test_the_payers_page_takes_a_test_card_and_leads_back(yoo: Yoo) -> None:
    made = await yoo.create()
    url = made["confirmation"]["confirmation_url"]
    assert "106,50" in (await yoo.shop.page(url)).text
    asked = await yoo.shop.page(url, step="card", pan="4111111111111111", expiry="12/30", cvc="123")
    assert "Код, который прислал банк" in asked.text
    answer = await yoo.shop.page(url, step="code", bank_code="12345678")
    assert (answer.status_code, answer.headers["location"]) == (303, BACK)
    found = await yoo.get(f"payments/{made['id']}")
    assert (found["status"], found["authorization_details"]["three_d_secure"]) == ("succeeded", {"applied": True})


async def test_a_refused_card_cancels_and_names_the_reason(yoo: Yoo) -> None:
    made = await yoo.create()
    await yoo.shop.page(made["confirmation"]["confirmation_url"], step="card", pan="2200000000000012", expiry="12/30", cvc="123")
    found = await yoo.get(f"payments/{made['id']}")
    assert found["cancellation_details"] == {"party": "payment_network", "reason": "insufficient_funds"}


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"kind": "rate_limit", "value": 2}, 429, "too_many_requests"),
        ({"kind": "auth_expired"}, 401, "invalid_credentials"),
        ({"kind": "error"}, 500, "internal_server_error"),
        ({"kind": "error", "value": "forbidden"}, 403, "forbidden"),
        ({"kind": "error", "value": 202}, 202, None),
    ],
)
async def test_a_fault_is_worded_as_the_api_words_it(yoo: Yoo, fault: dict[str, Any], status: int, code: str | None) -> None:
    await yoo.stand.fault(times=1, **fault)
    answer = await yoo.send("GET", "me")
    assert (answer.status_code, answer.json().get("code")) == (status, code)


async def test_a_request_that_was_taken_and_not_yet_done_is_sent_again_with_its_key(yoo: Yoo) -> None:
    await yoo.stand.control("yookassa/switches", {"no_answer": True})
    body = {"amount": money("1.00"), "confirmation": REDIRECT}
    assert (await yoo.send("POST", "payments", body, key="again")).status_code == 202
    await yoo.stand.control("yookassa/switches", {"no_answer": False})
    assert (await yoo.post("payments", body, key="again"))["status"] == "pending"


async def test_an_unknown_address_and_webhooks_by_basic_are_refused(yoo: Yoo) -> None:
    codes = [(await yoo.send("GET", path)).status_code for path in ("nope", "payments/1/2/3", "webhooks")]
    assert codes == [404, 404, 403]
    assert (await yoo.get("me"))["account_id"] == yoo.auth[0]
