"""The hashes of demand codes by their published vector, in both encodings, and what an invoice's state means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.errors import Drifted
from connectors.kit.payment import NotAsked, Notification, PaymentState, Signature
from connectors.payments.demand_code import mapping, server
from connectors.payments.demand_code.mapping import NOTICE, md5

KEY = "myKey"
TOLD = {
    "eshopId": "17354",
    "paymentId": "3000000017",
    "orderId": "order_0000001",
    "serviceName": "Книга",
    "eshopAccount": "4356091274",
    "recipientAmount": "12.30",
    "recipientCurrency": "RUB",
    "paymentStatus": "5",
    "userName": "Артем Дворядкин",
    "userEmail": "tema@intellectmoney.ru",
    "paymentData": "2010-01-17 13:12:03",
}
VECTOR = "61620ea240928af649e44aaebb1c15dd"


def read(fields: Mapping[str, str], encoding: str = "utf-8") -> Signature:
    reader = server.reader(ConnectorConfig(instance="demand", base_urls={}, options={"ESHOP_ID": "17354", "SECRET_KEY": KEY}))
    found = reader.read(Notification(method="POST", body=urlencode(fields, encoding=encoding).encode()))
    assert (found.provider_id, found.order, reader.answer) == ("3000000017", "order_0000001", b"OK")
    return found.signature


@pytest.mark.feature("F035")
def test_the_hash_is_the_manuals_in_utf_8_and_the_older_packages_in_cp1251() -> None:
    assert md5(TOLD, NOTICE, KEY) == VECTOR
    assert md5(TOLD, NOTICE, KEY, "cp1251") == "6c34556014a298e4d957c50bf1acb496"


@pytest.mark.rule("D4")
@pytest.mark.parametrize("sent_in", ["utf-8", "cp1251"])
@pytest.mark.parametrize("hashed_in", ["utf-8", "cp1251"])
def test_a_notice_is_genuine_in_either_encoding(sent_in: str, hashed_in: str) -> None:
    assert read({**TOLD, "hash": md5(TOLD, NOTICE, KEY, hashed_in)}, sent_in) is Signature.GOOD


@pytest.mark.rule("D4")
@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"hash": VECTOR.upper()}, Signature.GOOD),
        ({"hash": "", "secretKey": KEY}, Signature.GOOD),
        ({"hash": "", "secretKey": "other"}, Signature.BAD),
        ({"hash": ""}, Signature.BAD),
        ({"hash": VECTOR[::-1], "secretKey": KEY}, Signature.BAD),
        ({"recipientAmount": "1230.00"}, Signature.BAD),
        ({"paymentStatus": "7"}, Signature.BAD),
        ({"eshopId": "17355"}, Signature.BAD),
        ({"hash": "ы"}, Signature.BAD),
    ],
)
def test_a_changed_notice_is_told_apart(changed: dict[str, str], verdict: Signature) -> None:
    assert read({**TOLD, "hash": VECTOR, **changed}) is verdict


@pytest.mark.parametrize(
    "body", [b"paymentId=1&orderId=a", b"orderId=a", b"paymentId=3000000017", b"paymentId=3000000017&paymentId=3&orderId=a"]
)
def test_what_names_no_invoice_is_no_notice(body: bytes) -> None:
    with pytest.raises(NotAsked):
        server.Notices({}).read(Notification(method="POST", body=body))


def told(**changed: Any) -> bytes:
    result = {
        "State": {"Code": 0},
        "InvoiceId": "3000000017",
        "OrderId": "o",
        "PaymentStatus": 3,
        "RecipientAmount": {"Amount": "106.50", "CurrencyCode": "RUB"},
        "PaidAmount": "0.00",
        "RefundedAmount": "0.00",
        "ExpireDate": "2026-11-29 12:00:00",
        "AcceptsMoney": True,
        **changed,
    }
    return msgspec.json.encode({"OperationState": {"Code": 0}, "Result": result})


@pytest.mark.rule("D4")
@pytest.mark.parametrize(
    ("changed", "state", "paid", "back"),
    [
        ({}, PaymentState.PENDING, 0, 0),
        ({"PaymentStatus": 7, "PaidAmount": "40.00"}, PaymentState.PART, 4_000, 0),
        ({"PaymentStatus": 7, "PaidAmount": 40.5, "AcceptsMoney": False}, PaymentState.PART, 4_050, 0),
        ({"PaymentStatus": 5, "PaidAmount": "106.50", "AcceptsMoney": False}, PaymentState.PAID, 10_650, 0),
        ({"PaymentStatus": 6, "PaidAmount": "106.50"}, PaymentState.HELD, 0, 0),
        ({"PaymentStatus": 4}, PaymentState.DECLINED, 0, 0),
        ({"PaymentStatus": 4, "PaidAmount": "106.50", "RefundedAmount": "106.50"}, PaymentState.REFUNDED, 10_650, 10_650),
        ({"PaymentStatus": 4, "PaidAmount": "40.00"}, PaymentState.REFUNDED, 4_000, None),
        ({"PaymentStatus": 7, "PaidAmount": "40.00", "RefundedAmount": "10.00"}, PaymentState.REFUNDED, 4_000, 1_000),
        ({"PaymentStatus": 99}, PaymentState.PENDING, 0, 0),
    ],
)
def test_each_state_means_one_thing(changed: dict[str, Any], state: PaymentState, paid: int, back: int | None) -> None:
    found = mapping.state("demand", told(**changed), code="3000000017")
    assert (found.state, found.paid_kop, found.refunded_kop, found.amount_kop) == (state, paid, back, 10_650)
    assert found.demand is not None
    assert found.demand.expires_at == datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "changed",
    [
        {"InvoiceId": "3000000018"},
        {"InvoiceId": "30000"},
        {"RecipientAmount": {"Amount": "106.50", "CurrencyCode": "TST"}},
        {"RecipientAmount": {"Amount": "106.505", "CurrencyCode": "RUB"}},
        {"RecipientAmount": {"Amount": "-1", "CurrencyCode": "RUB"}},
        {"PaidAmount": "106,50"},
        {"PaymentStatus": 5, "PaidAmount": "106.49"},
        {"PaymentStatus": 7, "PaidAmount": "0.00"},
        {"PaymentStatus": 7, "PaidAmount": "1.00", "RefundedAmount": "2.00"},
        {"ExpireDate": "soon"},
    ],
)
def test_a_state_that_does_not_fit_is_never_money(changed: dict[str, Any]) -> None:
    with pytest.raises(Drifted):
        mapping.state("demand", told(**changed), code="3000000017")
