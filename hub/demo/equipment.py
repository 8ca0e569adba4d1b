"""What the demo makes for itself under the data dir: the master key, the Gosuslugi key and certificate, the clients' secrets."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from connectors.esia.signing.self_signed import new_gost_pair
from connectors.kit.config import ConnectorConfig
from connectors.kit.secret import Secret
from hub.settings import Settings
from hub.settings.connectors import DEMO_FILE_MARK

MARK = "demo-"
"""Secrets that begin so are refused outside the demo."""
MNEMONIC = "SCHOOLHUB_DEMO"
VK_APP = 51_000_000
SBER2_SECRET = MARK + hashlib.sha256(b"school hub, played acquirers: sber2").hexdigest()[:32]
"""The played bank's own demo secret: known to both sides and refused outside the demo."""
# The sandbox's clock may be turned years back and forth.
_VALID_FROM = datetime(2015, 1, 1, tzinfo=UTC)
_VALID_DAYS = 365 * 40


def equip(settings: Settings) -> Settings:
    """The settings with everything that the demo needs; what the environment sets stays."""
    folder = settings.demo_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    connectors = dict(settings.connectors)
    # Every demo has a name of its own at the sandbox, so that two of them do not take each other's registration away.
    port = urlsplit(settings.public_url).port or 80
    if "esia" in connectors:
        connectors["esia"] = _with(connectors["esia"], {"CLIENT_ID": f"{MNEMONIC}_{port}", **_esia(folder, connectors["esia"].options)})
    if "dnevnik" in connectors:
        secret = _kept(folder / "dnevnik.secret", _token)
        connectors["dnevnik"] = _with(connectors["dnevnik"], {"CLIENT_ID": f"school-hub-demo-{port}", "CLIENT_SECRET": secret})
    if "vkid" in connectors:
        connectors["vkid"] = _with(connectors["vkid"], {"CLIENT_ID": str(VK_APP + port)})
    if "fgis" in connectors:
        # Nearly every pupil of the town has no Gosuslugi account: their parents type the id (docs/adr/0025).
        made = {"CLIENT_ID": f"school-hub-demo-{port}", "CLIENT_SECRET": _kept(folder / "fgis.secret", _token), "TYPED_IDS": "1"}
        connectors["fgis"] = _with(connectors["fgis"], made)
    if "my-school" in connectors:
        made = {"CLIENT_ID": f"school-hub-demo-{port}", "CLIENT_SECRET": _kept(folder / "my-school.secret", _token)}
        connectors["my-school"] = _with(connectors["my-school"], made)
    if "sber2" in connectors:
        connectors["sber2"] = _with(connectors["sber2"], {"SECRET": SBER2_SECRET})
    if "webpush" in connectors:
        _kept(folder / "webpush.pem", lambda: marked(_push_key()))
        connectors["webpush"] = _with(connectors["webpush"], {"KEY": str(folder / "webpush.pem")})
    for name, config in connectors.items():
        if config.connector == "openid":
            secret = _kept(folder / f"{name}.secret", _token)
            connectors[name] = _with(config, {"CLIENT_ID": f"school-hub-{name}-{port}", "CLIENT_SECRET": secret})
    master = settings.master_key or Secret(_kept(folder / "master.key", _token))
    return replace(settings, master_key=master, connectors=connectors)


def verify_file(settings: Settings) -> Path:
    """Where the sandbox's token key is put; the connector reads it anew when it changes."""
    return settings.demo_dir / "esia.verify.pem"


def marked(pem: str) -> str:
    """With the line by which a hub outside the demo knows it."""
    return DEMO_FILE_MARK.decode() + pem


def _with(config: ConnectorConfig, made: Mapping[str, str]) -> ConnectorConfig:
    return replace(config, options={**made, **config.options})


def _esia(folder: Path, options: Mapping[str, str]) -> dict[str, str]:
    signer = options.get("SIGNER", "gost_python")
    kind, make = ("rsa", _rsa_pair) if signer == "rsa" else ("gost", _gost_pair)
    pair = _kept(folder / f"esia.{kind}.pem", make)
    key, certificate = folder / f"esia.{kind}.key.pem", folder / f"esia.{kind}.cert.pem"
    middle = pair.index("-----BEGIN CERTIFICATE-----")
    _kept(key, lambda: marked(pair[:middle]))
    _kept(certificate, lambda: marked(pair[middle:]))
    return {
        "KEY_FILE": str(key),
        "CERT_FILE": str(certificate),
        "SIGNER": signer,
        "VERIFY_KEYS": str(folder / "esia.verify.pem"),
    }


def _kept(file: Path, make: Callable[[], str]) -> str:
    """The file's text; made and written whole if it is not there, so that two processes at once agree."""
    if not file.exists():
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
            written.write(make())
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(draft)
        draft.unlink()
    return file.read_text(encoding="utf-8")


def _token() -> str:
    return MARK + secrets.token_urlsafe(32)


def _push_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def _gost_pair() -> str:
    pair = new_gost_pair("School Hub demo", now=_VALID_FROM, days=_VALID_DAYS)
    return pair.key_pem + pair.certificate_pem


def _rsa_pair() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "School Hub demo")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(_VALID_FROM)
    certificate = builder.not_valid_after(_VALID_FROM + timedelta(days=_VALID_DAYS)).sign(key, hashes.SHA256())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private.decode() + certificate.public_bytes(serialization.Encoding.PEM).decode()
