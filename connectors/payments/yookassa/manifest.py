"""What ЮKassa is and which settings it needs."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, PayMethod, PayWay, Quality, Setting

MANIFEST = Manifest(
    id="yookassa",
    title="ЮKassa",
    kind=Kind.PAYMENT,
    instances=(Instance(name="yookassa", title="ЮKassa", prefixes=("yookassa",), country="RU"),),
    documents=("yookassa.ru/developers: basics, response format, payments, refunds, webhooks", "facts/payments-and-ledger.md 1c"),
    quality=Quality.SILVER,
    settings=(
        Setting(name="SHOP_ID", doc="the shop's number", required=True),
        Setting(name="SECRET_KEY", doc="its secret key", secret=True, required=True),
        Setting(name="RECEIPTS", doc="whether the shop's cash register prints receipts", default="yes", choices=("yes", "no")),
        Setting(name="VAT_CODE", doc="VAT code of the receipt's lines, as the shop's accountant says", default="1"),
    ),
    calls_per_minute=600,
    parallel_calls=16,
    public_hosts=("api.yookassa.ru",),
    error_codes={
        "unavailable": "internal_server_error",
        "rate_limited": "too_many_requests",
        "auth_expired": "invalid_credentials",
        "access_denied": "forbidden",
        "not_found": "not_found",
        "rejected": "invalid_request",
    },
    methods=(
        PayMethod(name="bank_card", title="Банковская карта", fee_hundredths=350),
        PayMethod(name="sbp", title="СБП", fee_hundredths=70, way=PayWay.SBP),
        PayMethod(name="mobile_balance", title="Со счёта телефона: МТС и другие", fee_hundredths=990, way=PayWay.MOBILE),
    ),
)
