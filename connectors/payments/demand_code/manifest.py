"""What the phone shops' demand codes are and which settings they need."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, PayMethod, PayWay, Quality, Setting

MANIFEST = Manifest(
    id="demand_code",
    title="Код требования: оплата в салонах связи",
    kind=Kind.PAYMENT,
    instances=(Instance(name="demand", title="Салоны связи", prefixes=("demand",), country="RU"),),
    documents=(
        "wiki.intellectmoney.ru: Описание интерфейса приема платежей (merchant/createInvoice, result notification)",
        "docs/wire/demand_code.md; facts/payments-and-ledger.md 1e",
    ),
    quality=Quality.SILVER,
    settings=(
        Setting(name="ESHOP_ID", doc="the shop's number (eshopId)", required=True),
        Setting(name="SECRET_KEY", doc="its secretKey: hashes of calls and of notices are made of it", secret=True, required=True),
        Setting(name="SIGN_SECRET_KEY", doc="its signSecretKey, where calls must carry Sign and a token", secret=True),
        Setting(name="BEARER_TOKEN", doc="the token that goes with it", secret=True),
        Setting(
            name="ENCODING",
            doc="what our calls' hashes are made in; notices may come in either",
            default="utf-8",
            choices=("utf-8", "cp1251"),
        ),
        Setting(name="PAGE_URL", doc="where the payer sees the code; without it below the calls' address"),
    ),
    calls_per_minute=600,
    parallel_calls=16,
    public_hosts=("api.intellectmoney.ru",),
    error_codes={"unavailable": "10", "auth_expired": "2", "not_found": "5", "rejected": "3"},
    methods=(PayMethod(name="shops", title="Евросеть, Связной: по коду требования", way=PayWay.SHOP),),
    exempt={
        "hold": "a shop's till takes the money at once",
        "refund": "no public call gives money back: the shop does, and the state tells",
        "bindings": "there is no card or account to be kept",
        "receipts": "the shop's till prints its own receipt",
    },
)
