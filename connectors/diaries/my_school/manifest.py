"""What the connector of joining a school is and what it can."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

MANIFEST = Manifest(
    id="my_school",
    title="ФГИС «Моя школа»: приём в школу",
    kind=Kind.JOINING,
    instances=(Instance(name="my-school", title="«Моя школа»", prefixes=("my-school",), country="RU"),),
    documents=("docs/wire/my_school.md (house format: nothing is published)",),
    quality=Quality.SILVER,
    settings=(
        Setting(name="CLIENT_ID", doc="this hub's name at «Моя школа» (client credentials)", required=True),
        Setting(name="CLIENT_SECRET", doc="its secret", secret=True, required=True),
    ),
    calls_per_minute=600,
    parallel_calls=6,
    public_hosts=("myschool.edu.ru",),
    error_codes={
        "unavailable": "maintenance",
        "rate_limited": "too_many",
        "auth_expired": "token_expired",
        "access_denied": "consent_missing",
        "not_found": "not_found",
        "rejected": "value",
    },
)
