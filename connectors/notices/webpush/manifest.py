"""What pushes need: our key, whom the push services may ask about us, and which services there are."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

HOSTS = "fcm.googleapis.com, updates.push.services.mozilla.com, *.push.services.mozilla.com, *.push.apple.com, *.notify.windows.com"
DEMO_SUBJECT = "mailto:hub@demo.example"

MANIFEST = Manifest(
    id="webpush",
    title="Пуш в браузер",
    kind=Kind.CHANNEL,
    instances=(Instance(name="webpush", title="Пуш в браузер (Web Push)", prefixes=("webpush",)),),
    documents=("RFC 8030, 8188, 8291, 8292; W3C Push API", "facts/devices-notices-scale.md 3.2"),
    quality=Quality.SILVER,
    on_by="KEY",
    settings=(
        Setting(name="KEY", doc="file with our P-256 key in PEM (`openssl ecparam -name prime256v1 -genkey -noout`); unset: no pushes"),
        Setting(
            name="SUBJECT",
            doc="whom a push service writes to about us: `mailto:…` or `https://…`",
            required=True,
            pattern=r"(mailto:[^\s@]+@[^\s@]+|https://\S+)",
            form="mailto:… or https://…",
        ),
        Setting(
            name="HOSTS",
            doc="push services that browsers may name, separated by commas; `*.` stands for any name below",
            default=HOSTS,
        ),
    ),
    calls_per_minute=6000,
    parallel_calls=64,
    error_codes={"rate_limited": "429", "access_denied": "403", "not_found": "410", "rejected": "413", "unavailable": "503"},
)
