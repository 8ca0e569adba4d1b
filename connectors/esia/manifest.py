"""What the Gosuslugi connector is called, needs and speaks (facts: "Методические рекомендации по использованию ЕСИА")."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

CLIENT_ID = "CLIENT_ID"
KEY_FILE = "KEY_FILE"
CERT_FILE = "CERT_FILE"
DIALECT = "DIALECT"
SIGNER = "SIGNER"
SCOPE = "SCOPE"
VERIFY_KEYS = "VERIFY_KEYS"
ISSUER = "ISSUER"

# What a parents' diary needs: no passport, no address, no vehicles.
WORK_SCOPE = "usr_org"
DEFAULT_SCOPE = "openid fullname birthdate gender snils mobile email kid_fullname kid_birthdate kid_gender kid_snils"

SETTINGS = (
    Setting(name=CLIENT_ID, doc="Mnemonic of the information system registered at ESIA.", required=True),
    Setting(name=KEY_FILE, doc="PEM file (PKCS#8) with the private key that signs our requests.", required=True),
    Setting(name=CERT_FILE, doc="File with our certificate, PEM or DER; the one registered at ESIA for the mnemonic.", required=True),
    Setting(
        name=DIALECT,
        doc="`current`: v2/ac and v3/te with a bare GOST signature and the certificate's hash. `v1`: ac and te with a CMS signature.",
        default="current",
        choices=("v1", "current"),
    ),
    Setting(
        name=SIGNER,
        doc="How requests are signed. `gost_openssl`: the openssl command with its GOST engine. `rsa`: RSA, dialect v1 only. "
        "`gost_python`: GOST in pure Python, allowed only where the base URL is loopback. Empty: `gost_python` there, else `gost_openssl`.",
        choices=("rsa", "gost_python", "gost_openssl"),
    ),
    Setting(name=SCOPE, doc="Scopes asked for, separated by spaces; the default is what a parents' diary needs.", default=DEFAULT_SCOPE),
    Setting(
        name=VERIFY_KEYS,
        doc="Files with ESIA's token certificates or public RSA keys, separated by commas; each may hold several, PEM or DER. "
        "ESIA renews its certificate about once a year: name the old and the new one side by side; changed files are read anew. "
        "Choose RS256 for the system on ESIA's technical portal: tokens signed with GOST are refused.",
        required=True,
    ),
    Setting(
        name=ISSUER,
        doc="Accepted `iss` of tokens, several separated by spaces. Empty: derived from the base URL, as `http://esia.gosuslugi.ru/`.",
    ),
)

MANIFEST = Manifest(
    id="esia",
    title="Госуслуги",
    kind=Kind.SIGN_IN,
    instances=(Instance(name="esia", title="Госуслуги", prefixes=("esia",)),),
    documents=(
        "Методические рекомендации по использованию ЕСИА",
        "Регламент информационного взаимодействия участников с оператором ЕСИА",
    ),
    quality=Quality.GOLD,
    settings=SETTINGS,
    calls_per_minute=6000,
    parallel_calls=64,
    public_hosts=("esia.gosuslugi.ru", "esia-portal1.test.gosuslugi.ru"),
)
