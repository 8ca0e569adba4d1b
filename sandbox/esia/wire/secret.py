"""Checks a request's client_secret: which text it must sign in which dialect, the certificate's hash, and the request's time."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.esia import cms, gost
from sandbox.esia.certificates import Certificate
from sandbox.esia.state import Client, Dialect, Switches
from sandbox.esia.wire.errors import EsiaError

Params = Mapping[str, str]

_V1 = ("scope", "timestamp", "client_id", "state")
_CURRENT = ("client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri", "code")
_LENIENT_REFRESH = ("client_id", "scope", "timestamp", "state", "refresh_token")
_TIME = re.compile(r"\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d [+-]\d{4}")

# Field orders that clients are known to confuse with the right one, tried only to tell them so.
_MISTAKES = {
    "the older dialect's order": _V1,
    "the newer dialect's order": _CURRENT,
    "no redirect_uri": tuple(name for name in _CURRENT if name != "redirect_uri"),
    "no code": tuple(name for name in _CURRENT if name != "code"),
    "refresh_token at the end": _LENIENT_REFRESH,
}


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """What was found, for the request log; `hint` says in words what a developer most likely did wrong."""

    dialect: str
    signature: str = "absent"
    order: str = "unknown"
    hash: str = "absent"
    timestamp: str = "absent"
    hint: str = ""
    error: EsiaError | None = field(default=None, repr=False)

    def shown(self) -> dict[str, str]:
        told = {"dialect": self.dialect, "signature": self.signature, "order": self.order, "timestamp": self.timestamp}
        if self.dialect == "current":
            told["hash"] = self.hash
        return {**told, **({"hint": self.hint} if self.hint else {}), **({"error": self.error.code} if self.error else {})}


def check(params: Params, client: Client, dialect: Dialect, switches: Switches, now: datetime) -> Verdicts:
    """Everything about client_secret that does not depend on ESIA's state. Slow with GOST: run it in a thread."""
    verdicts = Verdicts(dialect=dialect)
    verdicts.timestamp = _time_verdict(params.get("timestamp", ""), switches, now)
    certificates = [one for one in client.certificates if not switches.certificate_dates or one.not_before <= now <= one.not_after]
    secret = decode(params.get("client_secret", ""), strict=switches.strict_base64)
    if secret is None:
        verdicts.signature = "bad" if params.get("client_secret") else "absent"
        verdicts.hint = "client_secret is not base64"
    elif dialect == "v1":
        _check_cms(verdicts, params, secret, certificates)
    else:
        _check_raw(verdicts, params, secret, certificates, switches)
    if verdicts.signature != "ok":
        verdicts.error = EsiaError("007053")
    elif verdicts.timestamp != "ok":
        verdicts.error = EsiaError("007015")
    return verdicts


def decode(text: str, *, strict: bool) -> bytes | None:
    """URL-safe base64 with or without padding; unless strict, the standard alphabet as well."""
    if not text or (strict and re.search(r"[+/]", text)):
        return None
    plain = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        return None


def _text(params: Params, fields: tuple[str, ...]) -> bytes:
    return "".join(params.get(name, "") for name in fields).encode()


def _check_cms(verdicts: Verdicts, params: Params, secret: bytes, certificates: list[Certificate]) -> None:
    verdicts.signature = "bad"
    try:
        signed = cms.parse(secret)
    except ValueError:
        verdicts.hint = "client_secret is no CMS SignedData"
        return

    def signs(text: bytes) -> bool:
        return any(cms.verify(signed, text, one) for one in certificates)

    if signs(_text(params, _V1)):
        verdicts.signature = verdicts.order = "ok"
    elif mistake := _mistake(params, _V1, signs):
        verdicts.order, verdicts.hint = "bad", f"signed with {mistake}"


def _mistake(params: Params, right: tuple[str, ...], signs: Callable[[bytes], bool]) -> str:
    """The name of the wrong order that was signed, if it is one of the known; equal texts are tried once."""
    tried = {_text(params, right)}
    for name, fields in _MISTAKES.items():
        text = _text(params, fields)
        if text not in tried and signs(text):
            return name
        tried.add(text)
    return ""


def _check_raw(verdicts: Verdicts, params: Params, secret: bytes, certificates: list[Certificate], switches: Switches) -> None:
    verdicts.signature = "bad"
    lenient = switches.lenient_refresh and params.get("grant_type") == "refresh_token"
    given = params.get("client_certificate_hash", "").lower()
    if given:
        chosen = [one for one in certificates if one.hash == given]
        verdicts.hash = "ok" if chosen else "bad"
        if not chosen:
            verdicts.hint = _hash_hint(given, certificates)
            return
        certificates = chosen
    elif not lenient:
        return
    if len(secret) != 64:
        verdicts.hint = (
            "a CMS container: this dialect takes the bare 64 bytes" if secret[:1] == b"\x30" else f"{len(secret)} bytes, 64 wanted"
        )
        return

    def signs(text: bytes, signature: bytes = secret) -> bool:
        return any(isinstance(one.key, gost.PublicKey) and one.key.verify(text, signature) for one in certificates)

    if signs(_text(params, _CURRENT)) or (lenient and signs(_text(params, _LENIENT_REFRESH))):
        verdicts.signature = verdicts.order = "ok"
    elif signs(_text(params, _CURRENT), secret[::-1]):
        verdicts.hint = "the bytes of the signature are reversed, as csptest writes them"
    elif mistake := _mistake(params, _CURRENT, signs):
        verdicts.order, verdicts.hint = "bad", f"signed with {mistake}"


def _hash_hint(given: str, certificates: list[Certificate]) -> str:
    if any(given in one.pem_hashes for one in certificates):
        return "client_certificate_hash is over the PEM text, it must be over the DER bytes"
    if any(given in one.other_hashes for one in certificates):
        return "client_certificate_hash is SHA, it must be Streebog-256 (GOST R 34.11-2012)"
    return "client_certificate_hash names no certificate of this system"


def _time_verdict(text: str, switches: Switches, now: datetime) -> str:
    if not text:
        return "absent"
    if not _TIME.fullmatch(text):
        return "bad"
    try:
        asked_at = datetime.strptime(text, "%Y.%m.%d %H:%M:%S %z")
    except ValueError:
        return "bad"
    return "ok" if abs((now - asked_at).total_seconds()) <= switches.timestamp_window_s else "bad"
