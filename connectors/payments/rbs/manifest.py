"""What the RBS gateway is and which settings it needs."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, PayMethod, PayWay, Quality, Setting

MANIFEST = Manifest(
    id="rbs",
    title="Интернет-эквайринг банка (шлюз RBS: Сбербанк, Альфа-Банк и другие)",
    kind=Kind.PAYMENT,
    instances=(Instance(name="rbs", title="Банк", prefixes=("rbs",), country="RU"),),
    documents=(
        "securepayments.sberbank.ru: register.do, getOrderStatusExtended.do, deposit.do, reverse.do, refund.do, bindings, callbacks",
        "facts/payments-and-ledger.md 1b",
    ),
    quality=Quality.SILVER,
    settings=(
        Setting(name="USER", doc="the shop's API user (userName)", required=True),
        Setting(name="PASSWORD", doc="its password", secret=True, required=True),
        Setting(name="WIRE", doc="the gateway's face that the shop has", default="rest", choices=("rest", "soap")),
        Setting(name="RECEIPTS", doc="whether the shop's cash register prints receipts (REST only)", default="yes", choices=("yes", "no")),
        Setting(name="TAX_TYPE", doc="VAT code of the receipt's lines, as the shop's accountant says", default="0"),
        Setting(name="TAX_SYSTEM", doc="tax system of the receipt, 0 to 5", default="0", choices=("0", "1", "2", "3", "4", "5")),
        Setting(
            name="CALLBACK_TOKEN", doc="key of the callbacks' checksum (HMAC-SHA256); without it callbacks are unsigned hints", secret=True
        ),
        Setting(name="CALLBACK_CERT", doc="PEM file of the bank's certificate, where callbacks carry an RSA-SHA512 checksum"),
    ),
    calls_per_minute=600,
    parallel_calls=16,
    public_hosts=("securepayments.sberbank.ru",),
    error_codes={"unavailable": "7", "not_found": "6", "rejected": "4"},
    methods=(
        PayMethod(name="card", title="Банковская карта", fee_hundredths=250),
        PayMethod(name="sbp", title="СБП", fee_hundredths=70, way=PayWay.SBP),
    ),
)
