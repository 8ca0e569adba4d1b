"""What the switches can spoil, so that a client's checks are tried one by one; nothing here is on by itself."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

OTHER = "https://other-provider.example"
PRIVATE = "http://169.254.169.254/latest/meta-data"
Signer = Callable[[bytes], bytes]
Change = Callable[[dict[str, Any]], object]

ID_TOKEN: Mapping[str, Change] = {
    "wrong_iss": lambda claims: claims.update(iss=OTHER),
    "slash_iss": lambda claims: claims.update(iss=claims["iss"] + "/"),
    "no_iss": lambda claims: claims.pop("iss", None),
    "wrong_aud": lambda claims: claims.update(aud="another-client"),
    "no_aud": lambda claims: claims.pop("aud", None),
    "list_aud": lambda claims: claims.update(aud=[claims["aud"]]),
    "extra_aud": lambda claims: claims.update(aud=[claims["aud"], "another-client"]),
    "wrong_azp": lambda claims: claims.update(azp="another-client"),
    "expired": lambda claims: claims.update(exp=claims["iat"] - 3600, iat=claims["iat"] - 7200),
    "just_expired": lambda claims: claims.update(exp=claims["iat"] - 5),
    "no_exp": lambda claims: claims.pop("exp", None),
    "text_exp": lambda claims: claims.update(exp=str(claims["exp"])),
    "long_life": lambda claims: claims.update(exp=253_402_300_000),
    "future_iat": lambda claims: claims.update(exp=claims["exp"] + 7200, iat=claims["iat"] + 7200),
    "old_iat": lambda claims: claims.update(iat=claims["iat"] - 86_400),
    "no_iat": lambda claims: claims.pop("iat", None),
    "not_yet": lambda claims: claims.update(nbf=claims["iat"] + 3600),
    "no_nonce": lambda claims: claims.pop("nonce", None),
    "wrong_nonce": lambda claims: claims.update(nonce="another-nonce"),
    "wrong_at_hash": lambda claims: claims.update(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "no_at_hash": lambda claims: claims.pop("at_hash", None),
    "other_sub": lambda claims: claims.update(sub="another-person"),
    "no_sub": lambda claims: claims.pop("sub", None),
    "empty_sub": lambda claims: claims.update(sub=""),
    "number_sub": lambda claims: claims.update(sub=1_000_299_654),
    "long_sub": lambda claims: claims.update(sub="s" * 256),
    "no_auth_time": lambda claims: claims.pop("auth_time", None),
    "old_auth_time": lambda claims: claims.update(auth_time=claims["auth_time"] - 86_400),
    "future_auth_time": lambda claims: claims.update(auth_time=claims["auth_time"] + 86_400),
    "no_acr": lambda claims: claims.pop("acr", None),
    "unknown_acr": lambda claims: claims.update(acr="urn:op:acr:unheard-of"),
    "logout_token": lambda claims: claims.update(events={"http://schemas.openid.net/event/backchannel-logout": {}}),
}  # fmt: skip
HEADER: Mapping[str, Change] = {
    "unknown_kid": lambda header: header.update(kid="never-published"),
    "no_kid": lambda header: header.pop("kid", None),
    "path_kid": lambda header: header.update(kid="../../../../dev/null"),
    "alg_none": lambda header: header.update(alg="none"),
    "alg_hs256": lambda header: header.update(alg="HS256"),
    "alg_hs256_secret": lambda header: header.update(alg="HS256"),
    "unknown_alg": lambda header: header.update(alg="RS257"),
    "crit": lambda header: header.update(crit=["urn:op:unheard-of"], **{"urn:op:unheard-of": True}),
    "typ_at_jwt": lambda header: header.update(typ="at+jwt"),
    "typ_logout_jwt": lambda header: header.update(typ="logout+jwt"),
    "jku": lambda header: header.update(jku=f"{OTHER}/jwks"),
    "embedded_jwk": lambda header: header.pop("kid", None),
}
SIGNATURE = ("bad_signature", "no_signature")
DISCOVERY = ("wrong_issuer", "slash_issuer", "no_issuer", "redirect", "huge", "slow", "html", "none_advertised", "no_jwks_uri",
             "private_jwks", "other_endpoints", "iss_not_announced", "plain_endpoints")  # fmt: skip
JWKS = ("slow", "huge", "empty", "redirect", "html", "no_kid", "same_kid", "symmetric", "encryption_keys", "unknown_keys")
AUTHORIZATION = ("no_iss", "wrong_iss", "no_state", "wrong_state", "double_code", "double_state")
TOKEN = ("no_id_token", "no_access_token", "wrong_type", "no_type", "redirect", "huge", "slow", "empty_id_token", "id_token_number")
USERINFO = ("other_sub", "no_sub", "huge", "slow", "redirect", "html", "list", "no_names")
KNOWN: Mapping[str, frozenset[str]] = {
    "discovery": frozenset(DISCOVERY),
    "jwks": frozenset(JWKS),
    "authorization": frozenset(AUTHORIZATION),
    "token": frozenset(TOKEN),
    "id_token": frozenset({*ID_TOKEN, *HEADER, *SIGNATURE}),
    "userinfo": frozenset(USERINFO),
}


@dataclass(slots=True, kw_only=True)
class Spoilt:
    """An ID token's header and claims as they will go out; `signature` gives what stands after the second dot."""

    names: frozenset[str]
    header: dict[str, Any]
    payload: dict[str, Any]
    secret: str = field(repr=False)
    pem: str

    def signature(self, sign: Signer, body: bytes) -> bytes:
        if self.names & {"alg_none", "no_signature"}:
            return b""
        if "alg_hs256" in self.names:
            return hmac.digest(self.pem.encode(), body, hashlib.sha256)
        if "alg_hs256_secret" in self.names:
            return hmac.digest(self.secret.encode(), body, hashlib.sha256)
        made = sign(body)
        return bytes([made[0] ^ 1]) + made[1:] if "bad_signature" in self.names else made


def id_token(
    names: Iterable[str], header: Mapping[str, Any], payload: Mapping[str, Any], *, secret: str, pem: str, jwk: Mapping[str, Any]
) -> Spoilt:
    spoilt = Spoilt(names=frozenset(names), header=dict(header), payload=dict(payload), secret=secret, pem=pem)
    for name in names:
        if name in ID_TOKEN:
            ID_TOKEN[name](spoilt.payload)
        elif name in HEADER:
            HEADER[name](spoilt.header)
        if name == "embedded_jwk":
            spoilt.header["jwk"] = dict(jwk)
    return spoilt


def discovery(names: Iterable[str], document: dict[str, Any]) -> dict[str, Any]:
    issuer = document["issuer"]
    changes: dict[str, dict[str, Any]] = {
        "wrong_issuer": {"issuer": OTHER},
        "slash_issuer": {"issuer": issuer + "/"},
        "no_issuer": {"issuer": None},
        "none_advertised": {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]},
        "no_jwks_uri": {"jwks_uri": None},
        "private_jwks": {"jwks_uri": f"{PRIVATE}/jwks"},
        "other_endpoints": {"token_endpoint": f"{OTHER}/token", "userinfo_endpoint": f"{OTHER}/userinfo"},
        "plain_endpoints": {"token_endpoint": "http://other-provider.example/token"},
        "iss_not_announced": {"authorization_response_iss_parameter_supported": None},
    }
    spoilt = dict(document)
    for name in names:
        spoilt |= changes.get(name, {})
    return {name: value for name, value in spoilt.items() if value is not None}


def jwks(names: Iterable[str], keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    spoilt = [dict(key) for key in keys]
    for name in names:
        if name == "empty":
            spoilt = []
        elif name == "no_kid":
            spoilt = [{field: value for field, value in key.items() if field != "kid"} for key in spoilt]
        elif name == "same_kid":
            spoilt = [key | {"kid": "one"} for key in spoilt]
        elif name == "symmetric":
            spoilt.append({"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "alg": "HS256", "use": "sig", "kid": "symmetric"})
        elif name == "encryption_keys":
            spoilt = [key | {"use": "enc"} for key in spoilt]
        elif name == "unknown_keys":
            spoilt = [{"kty": "GOST", "crv": "id-tc26", "x": "AA", "kid": "gost", "use": "sig"}, *spoilt]
    return spoilt


def returned(names: Iterable[str], parameters: dict[str, str]) -> list[tuple[str, str]]:
    """The parameters of the way back to the client."""
    pairs = list(parameters.items())
    for name in names:
        if name in {"no_iss", "no_state"}:
            pairs = [pair for pair in pairs if pair[0] != name[3:]]
        elif name in {"wrong_iss", "wrong_state"}:
            pairs = [(key, (OTHER if key == "iss" else "another-state") if key == name[6:] else value) for key, value in pairs]
        elif name in {"double_code", "double_state"}:
            pairs += [(key, "another") for key, _ in pairs if key == name[7:]]
    return pairs


def token(names: Iterable[str], told: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, dict[str, Any]] = {
        "no_id_token": {"id_token": None},
        "empty_id_token": {"id_token": ""},
        "id_token_number": {"id_token": 5},
        "no_access_token": {"access_token": None},
        "wrong_type": {"token_type": "mac"},
        "no_type": {"token_type": None},
    }
    spoilt = dict(told)
    for name in names:
        spoilt |= changes.get(name, {})
    return {name: value for name, value in spoilt.items() if value is not None}


def userinfo(names: Iterable[str], told: dict[str, Any]) -> dict[str, Any] | list[Any]:
    spoilt = dict(told)
    for name in names:
        if name == "other_sub":
            spoilt["sub"] = "another-person"
        elif name == "no_sub":
            spoilt.pop("sub")
        elif name == "no_names":
            spoilt = {"sub": spoilt["sub"]} if "sub" in spoilt else {}
    return [spoilt] if "list" in names else spoilt
