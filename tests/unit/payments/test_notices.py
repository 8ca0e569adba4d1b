"""Signatures of acquirers by their published vectors, and what a notice may and may not say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connectors.kit.config import ConnectorConfig
from connectors.kit.payment import Notification, Signature
from connectors.payments.rbs import server as rbs
from connectors.payments.tbank import server as tbank
from connectors.payments.tbank.mapping import token
from connectors.payments.yookassa import server as yookassa

FIELDS = {
    "amount": "10650",
    "mdOrder": "05fcbc62-7ee6-4f1a-b3d5-6ca41a982283",
    "operation": "deposited",
    "orderNumber": "000017",
    "status": "1",
}
CHECKSUM = "A677C75C7C08CDE9D706915E0CC3D1608B3B15D0B6FB40DBBD9F3BF4682D157D"


def config(name: str, **options: str) -> ConnectorConfig:
    return ConnectorConfig(instance=name, base_urls={}, options=options)


def callback(fields: Mapping[str, str], *, method: str = "GET") -> Notification:
    if method == "GET":
        return Notification(method=method, query=tuple(fields.items()))
    return Notification(method=method, body=urlencode(fields).encode())


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Signature.GOOD),
        ({"checksum": CHECKSUM.lower()}, Signature.GOOD),
        ({"sign_alias": "newer"}, Signature.GOOD),
        ({"status": "0"}, Signature.BAD),
        ({"amount": "1065000"}, Signature.BAD),
        ({"more": "x"}, Signature.BAD),
        ({"checksum": ""}, Signature.BAD),
        ({"checksum": "ы"}, Signature.BAD),
    ],
)
def test_the_banks_checksum_is_the_published_one(method: str, changed: dict[str, str], verdict: Signature) -> None:
    reader = rbs.reader(config("rbs", CALLBACK_TOKEN="yourSecretToken"))
    hint = reader.read(callback({**FIELDS, "checksum": CHECKSUM, **changed}, method=method))
    assert (hint.signature, hint.provider_id, hint.order) == (verdict, FIELDS["mdOrder"], "000017")


def test_without_a_key_a_callback_is_an_unsigned_hint() -> None:
    assert rbs.reader(config("rbs")).read(callback(FIELDS)).signature is Signature.NONE


def test_an_rsa_checksum_is_verified_over_the_same_text() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    good = key.sign(rbs.signed_text(FIELDS), padding.PKCS1v15(), hashes.SHA512()).hex().upper()
    reader = rbs.Callbacks({}, key.public_key())
    assert reader.read(callback({**FIELDS, "checksum": good})).signature is Signature.GOOD
    assert reader.read(callback({**FIELDS, "status": "0", "checksum": good})).signature is Signature.BAD
    assert reader.read(callback({**FIELDS, "checksum": "zz"})).signature is Signature.BAD


def test_the_token_is_the_published_one_and_leaves_nested_fields_out() -> None:
    fields = {"TerminalKey": "TermDEMO", "Amount": 10650, "OrderId": "o-17", "Description": "СМС"}
    found = "46696b1307acb8d064c4bacb77b947f3c4d35669028dcb390ced096dbc0624ab"
    assert token(fields, "secret") == found
    assert token({**fields, "Receipt": {"Email": "x"}, "Shops": [1], "Token": "old"}, "secret") == found


@pytest.mark.parametrize("success", [True, False])
def test_a_notices_booleans_are_signed_in_small_letters(success: bool) -> None:
    fields = {"TerminalKey": "T", "OrderId": "o", "Success": success, "Status": "CONFIRMED", "PaymentId": 13660, "Amount": 10650}
    by_hand = token({**fields, "Success": "true" if success else "false"}, "p")
    reader = tbank.reader(config("tbank", PASSWORD="p"))
    hint = reader.read(Notification(method="POST", body=json.dumps({**fields, "Token": by_hand}).encode()))
    assert (hint.signature, hint.provider_id, hint.order) == (Signature.GOOD, "13660", "o")
    spoilt = reader.read(Notification(method="POST", body=json.dumps({**fields, "Success": not success, "Token": by_hand}).encode()))
    assert spoilt.signature is Signature.BAD
    assert reader.answer == b"OK"


@pytest.mark.parametrize(("event", "about"), [("payment.succeeded", "p1"), ("refund.succeeded", "p0")])
def test_a_webhook_names_the_payment_and_is_never_signed(event: str, about: str) -> None:
    told = {"type": "notification", "event": event, "object": {"id": "p1", "payment_id": "p0", "status": "succeeded", "amount": {}}}
    hint = yookassa.reader(config("yookassa")).read(Notification(method="POST", body=json.dumps(told).encode()))
    assert (hint.provider_id, hint.signature) == (about, Signature.NONE)
