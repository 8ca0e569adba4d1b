"""Notices: what happened with the whole object, unsigned; again until received, triple, early, untrue, from elsewhere."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.yookassa.conftest import Yoo, money


async def test_each_change_is_told_with_the_object(yoo: Yoo) -> None:
    payment = await yoo.paid(capture=False)
    await yoo.post(f"payments/{payment}/capture")
    made = await yoo.post("refunds", {"payment_id": payment, "amount": money("1.00")})
    await yoo.stand.http.get("/_sandbox/yookassa/notices")
    assert [(it["type"], it["event"], it["object"]["id"]) for it in yoo.told()] == [
        ("notification", "payment.waiting_for_capture", payment),
        ("notification", "payment.succeeded", payment),
        ("notification", "refund.succeeded", made["id"]),
    ]


async def test_a_notice_says_paid_of_a_payment_that_is_not(yoo: Yoo) -> None:
    payment = (await yoo.create())["id"]
    await yoo.shop.play(payment, "notify", tamper="status", times=3)
    assert [(it["event"], it["object"]["status"]) for it in yoo.told()] == [("payment.succeeded", "succeeded")] * 3
    assert (await yoo.get(f"payments/{payment}"))["status"] == "pending"


async def test_a_forged_one_comes_from_elsewhere_or_with_another_sum(yoo: Yoo) -> None:
    payment = await yoo.paid()
    await yoo.shop.play(payment, "notify", tamper="signature")
    assert yoo.shop.heard[-1].headers["x-forwarded-for"] == "203.0.113.7"
    await yoo.shop.play(payment, "notify", tamper="amount")
    assert yoo.told()[-1]["object"]["amount"] == money("10650.00")


async def test_events_come_out_of_order_when_asked(yoo: Yoo) -> None:
    payment = await yoo.paid()
    await yoo.shop.play(payment, "notify", event="payment.waiting_for_capture")
    assert (yoo.told()[-1]["event"], yoo.told()[-1]["object"]["status"]) == ("payment.waiting_for_capture", "succeeded")


async def test_a_notice_comes_again_for_about_a_day_until_200(yoo: Yoo) -> None:
    yoo.shop.answer = httpx.Response(204)
    payment = await yoo.paid()
    for _ in range(12):
        await yoo.stand.later(hours=8)
        await yoo.stand.http.get("/_sandbox/yookassa/notices")
    (kept,) = (await yoo.stand.http.get("/_sandbox/yookassa/notices")).json()["notices"]
    assert (kept["order"], kept["received"], len(kept["answers"])) == (payment, False, 11)


@pytest.mark.parametrize("reason", ["insufficient_funds", "card_expired", "general_decline"])
async def test_a_refusal_is_told_as_canceled(yoo: Yoo, reason: str) -> None:
    payment = (await yoo.create())["id"]
    await yoo.shop.play(payment, "decline", reason=reason)
    (told,) = yoo.told()
    assert (told["event"], told["object"]["cancellation_details"]["reason"]) == ("payment.canceled", reason)
