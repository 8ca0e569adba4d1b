"""What T-Bank's acquiring is and which settings it needs."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, PayMethod, PayWay, Quality, Setting

MANIFEST = Manifest(
    id="tbank",
    title="Т-Банк: интернет-эквайринг",
    kind=Kind.PAYMENT,
    instances=(Instance(name="tbank", title="Т-Банк", prefixes=("tbank",), country="RU"),),
    documents=("securepay.tinkoff.ru/v2: Init, GetState, CheckOrder, Confirm, Cancel, Charge", "facts/payments-and-ledger.md 1d"),
    quality=Quality.SILVER,
    settings=(
        Setting(name="TERMINAL_KEY", doc="the terminal's name (TerminalKey)", required=True),
        Setting(name="PASSWORD", doc="its password: the Token of calls and notices is made of it", secret=True, required=True),
        Setting(name="RECEIPTS", doc="whether the shop's cash register prints receipts", default="yes", choices=("yes", "no")),
        Setting(
            name="TAXATION",
            doc="tax system of the receipt",
            default="osn",
            choices=("osn", "usn_income", "usn_income_outcome", "esn", "patent"),
        ),
        Setting(name="TAX", doc="VAT of the receipt's lines, as the shop's accountant says", default="none"),
    ),
    calls_per_minute=600,
    parallel_calls=16,
    public_hosts=("securepay.tinkoff.ru",),
    error_codes={"unavailable": "9999", "rate_limited": "119", "auth_expired": "204", "not_found": "255", "rejected": "251"},
    methods=(
        PayMethod(name="card", title="Банковская карта", fee_hundredths=270),
        PayMethod(name="sbp", title="СБП", fee_hundredths=70, way=PayWay.SBP),
    ),
)
