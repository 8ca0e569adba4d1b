"""What SMS.RU is and which settings it needs."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

MANIFEST = Manifest(
    id="smsru",
    title="SMS.RU: СМС",
    kind=Kind.NOTICE,
    instances=(Instance(name="smsru", title="SMS.RU", prefixes=("smsru",), country="RU"),),
    documents=("sms.ru/api: /sms/send, /sms/status, /sms/cost, /my/balance with json=1", "facts/devices-notices-scale.md 3.2"),
    quality=Quality.SILVER,
    settings=(
        Setting(name="API_ID", doc="the account's key (api_id)", secret=True, required=True),
        Setting(name="FROM", doc="the sender's name as agreed with the gateway; empty: the account's own"),
    ),
    calls_per_minute=600,
    parallel_calls=8,
    public_hosts=("sms.ru",),
    error_codes={
        "unavailable": "220",
        "rate_limited": "231",
        "auth_expired": "200",
        "access_denied": "201",
        "rejected": "202",
        "not_found": "-1",
    },
)
