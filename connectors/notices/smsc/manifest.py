"""What SMSC.ru is and which settings it needs."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

MANIFEST = Manifest(
    id="smsc",
    title="SMSC.ru: СМС",
    kind=Kind.NOTICE,
    instances=(Instance(name="smsc", title="SMSC.ru", prefixes=("smsc",), country="RU"),),
    documents=("smsc.ru/api/http: send.php, status.php, balance.php", "facts/devices-notices-scale.md 3.1"),
    quality=Quality.SILVER,
    settings=(
        Setting(name="LOGIN", doc="the account's login", required=True),
        Setting(name="PSW", doc="its password, or a password for the interface alone", secret=True, required=True),
        Setting(name="SENDER", doc="the sender's name as agreed with the gateway; empty: the account's own"),
    ),
    calls_per_minute=600,
    parallel_calls=8,
    public_hosts=("smsc.ru", "www2.smsc.ru"),
    error_codes={"auth_expired": "2", "access_denied": "3", "rate_limited": "4", "rejected": "7", "not_found": "-3"},
)
