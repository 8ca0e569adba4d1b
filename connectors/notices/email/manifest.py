"""What the letters need: a mail server, who they come from, and how to sign in there."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

DEMO_FROM = "School Hub <hub@demo.example>"

MANIFEST = Manifest(
    id="email",
    title="Почта",
    kind=Kind.CHANNEL,
    instances=(Instance(name="email", title="Почта (SMTP)", prefixes=("email",)),),
    documents=("RFC 5321, 5322, 3207, 3834, 2369, 8058", "facts/devices-notices-scale.md 3.2"),
    quality=Quality.SILVER,
    schemes=("smtp", "smtps"),
    settings=(
        Setting(name="FROM", doc="whom letters come from: «Name <box@domain>»", required=True),
        Setting(name="USER", doc="the mail server's user; empty: it asks for none"),
        Setting(name="PASSWORD", doc="and the password; it is sent inside TLS only", secret=True),
    ),
    calls_per_minute=600,
    parallel_calls=16,
    error_codes={"auth_expired": "535", "rate_limited": "450", "unavailable": "451", "not_found": "550", "rejected": "552"},
)
