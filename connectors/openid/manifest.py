"""What the connector for standard OpenID Providers needs; each provider is declared by settings `HUB_OIDC_<NAME>_…` alone."""

from __future__ import annotations

from connectors.kit.jose import ALGORITHMS
from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

ISSUER = "ISSUER"
CLIENT_ID = "CLIENT_ID"
CLIENT_SECRET = "CLIENT_SECRET"
SCOPE = "SCOPE"
ALGS = "ALGS"
TITLE = "TITLE"
OWNER = "OWNER"
COUNTRY = "COUNTRY"
LEVELS = "LEVELS"

_ALG = f"(?:{'|'.join(ALGORITHMS)})"
_LEVEL = r"[^\s=,]+=(?:unknown|simplified|standard)"
_PRINTED = r"[\x20-\x7e]{1,255}"

SETTINGS = (
    Setting(
        name=ISSUER,
        doc="The provider's issuer, exactly as it writes it; its description lies below at `/.well-known/openid-configuration`. "
        "Outside the demo https at a public address; the demo also takes http on loopback.",
        required=True,
        pattern=r".{1,120}",
        form="at most 120 characters long",
    ),
    Setting(name=CLIENT_ID, doc="Our id at the provider.", required=True, pattern=_PRINTED, form="printable ASCII"),
    Setting(
        name=CLIENT_SECRET,
        doc="Our secret at the provider, sent as client_secret_basic.",
        secret=True,
        required=True,
        pattern=_PRINTED,
        form="printable ASCII",
    ),
    Setting(
        name=SCOPE,
        doc="Scopes asked for, separated by spaces, `openid` among them.",
        default="openid profile",
        pattern=r"(?:[\x21\x23-\x5b\x5d-\x7e]+\s+)*openid(?:\s+[\x21\x23-\x5b\x5d-\x7e]+)*",
        form="scopes separated by spaces, openid among them",
    ),
    Setting(
        name=ALGS,
        doc=f"Algorithms accepted for the ID token, separated by spaces or commas, of {', '.join(ALGORITHMS)}; "
        "what the provider's description says of algorithms is not believed.",
        default="RS256",
        pattern=rf"{_ALG}(?:[\s,]+{_ALG})*",
        form=f"of {', '.join(ALGORITHMS)}",
    ),
    Setting(name=TITLE, doc="What people read on the button; empty: the name.", pattern=r"[^\x00-\x1f<>]{1,60}", form="a short text"),
    Setting(
        name=OWNER, doc="Who runs the provider, shown beside the button.", pattern=r"[^\x00-\x1f<>]{1,120}", form="at most 120 characters"
    ),
    Setting(
        name=COUNTRY,
        doc="Where its data lies, by ISO 3166 in two letters; shown beside the button when it is not RU.",
        default="RU",
        pattern=r"[A-Z]{2}",
        form="two capital letters",
    ),
    Setting(
        name=LEVELS,
        doc="What the token's `acr` says of the account, as `acr=level` separated by spaces; levels `unknown`, `simplified`, `standard`. "
        "Unlisted is unknown. `confirmed` is Gosuslugi's alone.",
        pattern=rf"{_LEVEL}(?:[\s,]+{_LEVEL})*",
        form="acr=level, the level of unknown, simplified, standard",
    ),
)

MANIFEST = Manifest(
    id="openid",
    title="OpenID",
    kind=Kind.SIGN_IN,
    instances=(
        Instance(name="mosru", title="mos.ru", prefixes=("op",), owner="Правительство Москвы", country="RU"),
        Instance(name="bankid", title="Банк ID", prefixes=("op",), owner="Ваш банк", country="RU"),
    ),
    documents=(
        "OpenID Connect Core 1.0",
        "OpenID Connect Discovery 1.0",
        "RFC 7636 (PKCE)",
        "RFC 9207 (issuer identification)",
        "RFC 9700 (best current practice)",
    ),
    quality=Quality.GOLD,
    settings=SETTINGS,
    calls_per_minute=6000,
    parallel_calls=32,
    declared_as="OIDC",
)
