"""Verifies signed tokens: joserfc decides, python-jose reads again behind one strict wrapper, and both must agree (STACK, JOSE)."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from math import isfinite
from typing import Any

from jose import jwt as reader
from jose.exceptions import JOSEError
from joserfc import jws
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwt import JWTClaimsRegistry
from joserfc.util import urlsafe_b64decode

from connectors.kit.errors import Rejected
from connectors.kit.jose.keys import Key

MAX_TOKEN = 16 * 1024
MAX_HEADER = 4 * 1024
MAX_KEYS = 8
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
# RFC 7515 4.1.11, RFC 7797 and RFC 7516: none of these changes of meaning is spoken here.
_FORBIDDEN_HEADERS = ("crit", "b64", "zip", "enc")
SENTENCE = "Ответ системы входа не прошёл проверку подлинности. Войдите ещё раз; если не поможет, сообщите об этом школе."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one issuer's token must be. `header` names header fields that must be equal where they are present (ESIA: sbt)."""

    issuers: frozenset[str]
    audience: str
    algorithm: str = "RS256"
    leeway_s: int = 60
    max_life_s: int = 24 * 3600
    types: frozenset[str] = frozenset({"JWT"})
    header: Mapping[str, str] = field(default_factory=dict)
    integer_sub: bool = False
    nonce_may_be_absent: bool = False


class _Refused(Exception):
    """`why` is the machine-readable reason."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why


def verify(
    system: str,
    token: str,
    keys: Sequence[Key],
    rules: Rules,
    *,
    now: datetime,
    nonce: str | None = None,
    access_token: str | None = None,
) -> dict[str, Any]:
    """The claims of a token that passes every check, or `Rejected` with the reason `token_<why>`. `sub` stays as it was written."""
    try:
        header = _header(token, rules)
        claims = _first_of(token, _candidates(keys, header), rules, now=int(now.timestamp()), access_token=access_token)
        _check_nonce(claims, nonce, may_be_absent=rules.nonce_may_be_absent)
    except _Refused as error:
        raise Rejected(system, f"token_{error.why}", SENTENCE) from error
    return claims


def algorithm(token: str) -> str:
    """What an unverified token says of its algorithm, for an error message only; empty where it cannot be read."""
    return str(_unverified(token, 0).get("alg", ""))


def key_id(token: str) -> str | None:
    """The `kid` of an unverified token: it chooses among known keys, nothing else; None where there is none, or none that is text."""
    found = _unverified(token, 0).get("kid")
    return found if isinstance(found, str) else None


def unverified_claims(token: str) -> dict[str, Any]:
    """The claims of a token that somebody else verifies; empty for an opaque one. They may narrow a decision, never widen it."""
    return _unverified(token, 1)


def _unverified(token: str, part: int) -> dict[str, Any]:
    if len(token) > MAX_TOKEN or not _COMPACT.fullmatch(token):
        return {}
    try:
        return _decoded_object(token.split(".")[part])
    except _Refused:
        return {}


def _header(token: str, rules: Rules) -> dict[str, Any]:
    """The header, read before any key is touched; whatever it says of keys (jku, jwk, x5u, x5c) is never used."""
    if len(token) > MAX_TOKEN:
        raise _Refused("too_large")
    if not _COMPACT.fullmatch(token):
        raise _Refused("malformed")
    encoded = token.partition(".")[0]
    if len(encoded) > MAX_HEADER:
        raise _Refused("too_large")
    header = _decoded_object(encoded)
    if header.get("alg") != rules.algorithm:
        raise _Refused("alg", str(header.get("alg"))[:40])
    if any(name in header for name in _FORBIDDEN_HEADERS):
        raise _Refused("crit")
    if "typ" in header and not (isinstance(header["typ"], str) and header["typ"] in rules.types):
        raise _Refused("typ")
    if any(name in header and header[name] != value for name, value in rules.header.items()):
        raise _Refused("typ")
    return header


def _decoded_object(encoded: str) -> dict[str, Any]:
    """The JSON object of one part of a token."""
    try:
        text = urlsafe_b64decode(encoded.encode())
    except ValueError as error:
        raise _Refused("malformed") from error
    return _json_object(text)


def _json_object(text: bytes) -> dict[str, Any]:
    """A JSON object; a name given twice or a number that is none (NaN) is refused, because readers differ on them."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a name is given twice")
        return found

    def constant(text: str) -> float:
        raise ValueError(f"{text} is no number")

    try:
        value = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise _Refused("malformed") from error
    if not isinstance(value, dict):
        raise _Refused("malformed")
    return value


def _candidates(keys: Sequence[Key], header: Mapping[str, Any]) -> Sequence[Key]:
    """The keys that the header names, else all; a name that fits no known key (a path, an address) selects nothing by itself."""
    fitting = [key for key in keys if key.algorithm == header["alg"]]
    named = [key for key in fitting if any(header.get(name) == value for name, value in key.names.items())]
    found = (named or fitting)[:MAX_KEYS]
    if not found:
        raise _Refused("key", "no key is configured")
    return found


def _first_of(token: str, keys: Iterable[Key], rules: Rules, *, now: int, access_token: str | None) -> dict[str, Any]:
    for key in keys:
        payload = _signed_payload(token, key, rules.algorithm)
        if payload is None:
            continue
        claims = _json_object(payload)
        _check_claims(claims, rules, now=now)
        if _read_again(token, key, rules, access_token=access_token) != claims:
            raise _Refused("disagreement")
        return claims
    raise _Refused("signature")


@cache
def _registry(algorithm: str) -> jws.JWSRegistry:
    # ESIA's headers carry `ver` and `sbt`, which the strict registry does not know; `x5c` needs more than its 512 bytes.
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = MAX_HEADER
    return registry


def _signed_payload(token: str, key: Key, algorithm: str) -> bytes | None:
    """The payload if this key signed it; None lets the next key of an overlapping set try."""
    try:
        return jws.deserialize_compact(token, key.joserfc, registry=_registry(algorithm)).payload
    except BadSignatureError:
        return None
    except (JoseError, ValueError) as error:
        raise _Refused("malformed", type(error).__name__) from error


def _check_claims(claims: Mapping[str, Any], rules: Rules, *, now: int) -> None:
    text = dict(claims)
    sub = claims.get("sub")
    if rules.integer_sub and isinstance(sub, int) and not isinstance(sub, bool) and sub > 0:
        text["sub"] = str(sub)
    registry = JWTClaimsRegistry(
        now=now,
        leeway=rules.leeway_s,
        iss={"essential": True, "values": sorted(rules.issuers)},
        aud={"essential": True, "value": rules.audience},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(text)
    except ExpiredTokenError as error:
        raise _Refused("expired") from error
    except (InvalidClaimError, MissingClaimError) as error:
        raise _Refused(error.claim.partition(",")[0]) from error
    _check_beyond_the_library(text, rules)


def _check_beyond_the_library(claims: Mapping[str, Any], rules: Rules) -> None:
    """What joserfc leaves open: other audiences, azp, an endless life, an empty or huge sub, a logout token in disguise."""
    if claims["aud"] not in (rules.audience, [rules.audience]):
        raise _Refused("aud")
    if claims.get("azp", rules.audience) != rules.audience:
        raise _Refused("azp")
    times = [claims[name] for name in ("exp", "iat", "nbf", "auth_time") if name in claims]
    if not all((type(value) is int or (isinstance(value, float) and isfinite(value))) and value >= 0 for value in times):
        raise _Refused("malformed")
    if not 0 < claims["exp"] - claims["iat"] <= rules.max_life_s:
        raise _Refused("life")
    if claims.get("auth_time", claims["iat"]) > claims["iat"] + rules.leeway_s:
        raise _Refused("auth_time")
    if not 0 < len(claims["sub"].strip()) <= 255:
        raise _Refused("sub")
    if "events" in claims:
        raise _Refused("typ")


def _read_again(token: str, key: Key, rules: Rules, *, access_token: str | None) -> dict[str, Any]:
    """The second opinion, and the only call of python-jose's `decode` in the product.

    Exactly one algorithm and a key object, so that no key text can become an HMAC secret. Its clock checks stay off, because it knows
    only the machine's clock, and its `require_exp` and `require_sub` would switch them and the text-only check of `sub` on again.
    """
    options = {
        "require_aud": True,
        "require_iss": True,
        "require_iat": True,
        "verify_exp": False,
        "verify_nbf": False,
        "verify_sub": not rules.integer_sub,
    }
    try:
        claims = reader.decode(
            token,
            key.python_jose,
            algorithms=[rules.algorithm],
            options=options,
            audience=rules.audience,
            issuer=sorted(rules.issuers),
            access_token=access_token,
        )
    except JOSEError as error:
        raise _Refused("at_hash" if "at_hash" in str(error) else "disagreement", str(error)) from error
    if not {"exp", "sub"} <= claims.keys():
        raise _Refused("disagreement")
    return claims


def _check_nonce(claims: Mapping[str, Any], nonce: str | None, *, may_be_absent: bool) -> None:
    if nonce is None or (may_be_absent and "nonce" not in claims):
        return
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(errors="surrogatepass"), nonce.encode()):
        raise _Refused("nonce")
