"""Callbacks: signed by the shared key or the bank's own, sent again until received, late, triple, forged."""

from __future__ import annotations

import hashlib
import hmac

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.rbs.wire.signing import by_hmac
from tests.sandbox.rbs.conftest import Bank


def text(told: dict[str, str]) -> str:
    return "".join(f"{name};{value};" for name, value in sorted(told.items()) if name != "checksum")


def right(told: dict[str, str], key: str) -> bool:
    return hmac.new(key.encode(), text(told).encode(), hashlib.sha256).hexdigest().upper() == told["checksum"]


def test_the_checksum_is_the_published_one() -> None:
    told = {
        "amount": "10650",
        "mdOrder": "05fcbc62-7ee6-4f1a-b3d5-6ca41a982283",
        "operation": "deposited",
        "orderNumber": "000017",
        "status": "1",
    }
    assert by_hmac(told, "yourSecretToken") == "A677C75C7C08CDE9D706915E0CC3D1608B3B15D0B6FB40DBBD9F3BF4682D157D"


async def test_each_change_is_told_with_the_shared_keys_checksum(bank: Bank) -> None:
    order_id = await bank.paid(two_stage=True)
    await bank.call("deposit", orderId=order_id, amount=0)
    await bank.call("refund", orderId=order_id, amount=50)
    await bank.stand.http.get("/_sandbox/rbs/notices")
    told = bank.shop.told()
    assert [(it["operation"], it["status"], it["mdOrder"]) for it in told] == [
        ("approved", "1", order_id),
        ("deposited", "1", order_id),
        ("refunded", "1", order_id),
    ]
    assert all(right(it, bank.shop.keys["callbackToken"]) for it in told)
    assert str(bank.shop.heard[0].url) == "http://localhost:8000/pay/rbs/notify"


async def test_a_refused_payment_is_told_with_status_0(bank: Bank) -> None:
    order_id = await bank.order()
    await bank.shop.play(order_id, "decline", reason="insufficient_funds")
    assert await bank.state(order_id) == (6, 116)
    assert [(it["operation"], it["status"]) for it in bank.shop.told()] == [("deposited", "0")]


async def test_the_banks_own_key_signs_with_rsa_and_its_certificate_is_open(bank: Bank) -> None:
    await bank.stand.control("rbs/switches", {"rsa": True, "sign_alias": True})
    await bank.paid()
    (told,) = bank.shop.told()
    assert told.pop("sign_alias") == "SANDBOX"
    key = load_pem_public_key((await bank.stand.http.get("/_sandbox/rbs/key.pem")).content)
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(bytes.fromhex(told["checksum"]), text(told).encode(), padding.PKCS1v15(), hashes.SHA512())
    assert b"BEGIN CERTIFICATE" in (await bank.stand.http.get("/_sandbox/rbs/certificate.pem")).content


@pytest.mark.parametrize(("switch", "method", "signed"), [("unsigned", "POST", False), ("callback_get", "GET", True)])
async def test_callbacks_come_unsigned_or_by_get_where_the_bank_is_set_so(bank: Bank, switch: str, method: str, *, signed: bool) -> None:
    await bank.stand.control("rbs/switches", {switch: True})
    await bank.paid()
    assert bank.shop.heard[0].method == method
    assert ("checksum" in bank.shop.told()[0]) is signed


async def test_a_notice_is_repeated_spoilt_and_told_out_of_order_when_asked(bank: Bank) -> None:
    order_id = await bank.order()
    await bank.shop.play(order_id, "notify", tamper="status", times=3)
    assert [(it["operation"], it["status"]) for it in bank.shop.told()] == [("deposited", "1")] * 3
    assert await bank.state(order_id) == (0, -100), "a forged notice changes nothing at the bank"
    await bank.shop.play(order_id, "notify", event="approved", tamper="signature")
    assert not right(bank.shop.told()[-1], bank.shop.keys["callbackToken"])
    await bank.shop.play(order_id, "pay")
    await bank.shop.play(order_id, "notify", event="approved")
    assert right(bank.shop.told()[-1], bank.shop.keys["callbackToken"])


async def test_a_notice_that_was_not_received_comes_again_when_its_time_has_come(bank: Bank) -> None:
    bank.shop.answer = httpx.Response(500)
    order_id = await bank.paid()
    bank.shop.answer = None
    assert await bank.state(order_id) == (2, 0)
    assert len(bank.shop.heard) == 1
    await bank.stand.later(seconds=30)
    (kept,) = (await bank.stand.http.get("/_sandbox/rbs/notices")).json()["notices"]
    assert (kept["answers"], kept["received"]) == ([500, 200], True)


async def test_an_order_may_name_its_own_callback_address(bank: Bank) -> None:
    await bank.paid(dynamicCallbackUrl="http://localhost:8000/own")
    assert bank.shop.heard[0].url.path == "/own"


async def test_without_a_hub_a_notice_is_kept_and_sent_nowhere(bank: Bank) -> None:
    await bank.stand.control("merchants", {"hub_url": None})
    await bank.paid()
    (kept,) = (await bank.stand.http.get("/_sandbox/rbs/notices")).json()["notices"]
    assert (kept["url"], kept["answers"], bank.shop.heard) == (None, [], [])


@pytest.mark.parametrize(
    ("body", "status"),
    [({"times": 0}, 400), ({"times": True}, 400), ({"delay_s": -1}, 400), ({"tamper": "all"}, 400), ({"event": "paid"}, 400)],
)
async def test_a_control_call_that_makes_no_sense_is_refused(bank: Bank, body: dict[str, object], status: int) -> None:
    order_id = await bank.order()
    assert (await bank.stand.http.post(f"/_sandbox/rbs/orders/{order_id}/notify", json=body)).status_code == status


async def test_acting_on_an_order_that_is_not_there_or_not_open_is_refused(bank: Bank) -> None:
    order_id = await bank.paid()
    codes = [
        (await bank.stand.http.post(f"/_sandbox/rbs/orders/{key}/{act}")).status_code
        for key, act in ((order_id, "pay"), (order_id, "decline"), ("nobody", "pay"), (order_id, "burn"))
    ]
    assert codes == [409, 409, 404, 404]
    part = await bank.stand.http.post(f"/_sandbox/rbs/orders/{order_id}/pay", json={"amount_kop": 1})
    assert part.status_code == 400, "only a demand code is paid in parts"


async def test_the_demos_shop_keeps_what_is_not_given_and_its_present_keys_are_told(bank: Bank) -> None:
    made = await bank.stand.control("rbs/shops", {"notify_url": "http://localhost:8000/own"})
    assert {name: made[name] for name in bank.auth} == bank.auth
    await bank.paid()
    assert bank.shop.heard[0].url.path == "/own"
    changed = await bank.stand.control("rbs/shops", {"password": "another", "notify_url": None})
    assert (await bank.stand.http.get("/_sandbox/merchants")).json()["rbs"]["password"] == changed["password"] == "another"
    assert (await bank.register("2"))["errorCode"] == "5"
    await bank.stand.control("rbs/shops", {"password": bank.auth["password"]})
    wrong = [{"userName": ""}, {"userName": 1}, {"userName": "new"}, {"notify_url": 1}]
    assert [(await bank.stand.http.post("/_sandbox/rbs/shops", json=body)).status_code for body in wrong] == [400] * 4
