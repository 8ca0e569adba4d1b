"""The public keys that verify tokens: of files, read anew when they change, or of a JWK set; parsed once for both libraries."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key, load_pem_public_key
from jose import jwk
from jose.backends.base import Key as PythonJoseKey
from jose.exceptions import JOSEError
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from connectors.kit.errors import Unavailable

log = logging.getLogger("hub.keys")

MIN_RSA_BITS = 2048
LOOK_EVERY_S = 5.0
ALGORITHMS: Mapping[str, tuple[str, str]] = {
    "RS256": ("RSA", ""),
    "RS384": ("RSA", ""),
    "RS512": ("RSA", ""),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
}
"""Those that both libraries verify, with the type and curve of their keys."""

MOST_KEYS = 50
MAX_RSA_BITS = 8192
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_RSA_ONLY = "only RSA keys verify RS256 tokens; choose RS256 on the provider's portal"
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)


class BadKey(ValueError):
    """The text is not a public key that we verify with; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One public key for one algorithm, parsed for both libraries; `names` are the header fields (kid, x5t, x5t#S256) that select it."""

    joserfc: RSAKey | ECKey = field(repr=False)
    python_jose: PythonJoseKey = field(repr=False)
    names: Mapping[str, str] = field(default_factory=dict)
    algorithm: str = "RS256"


def keys_from(data: bytes) -> tuple[Key, ...]:
    """The keys of a file: PEM with any number of certificates and public keys, or one of them in DER."""
    blocks = list(_PEM.finditer(data))
    if not blocks:
        return (_from_der(data),)
    return tuple(_from_pem(block.group(1).decode(), block.group(0)) for block in blocks)


def _from_pem(label: str, block: bytes) -> Key:
    if "PRIVATE" in label:
        raise BadKey("a private key lies where a public key or certificate belongs")
    try:
        found = x509.load_pem_x509_certificate(block) if label == "CERTIFICATE" else load_pem_public_key(block)
    except UnsupportedAlgorithm as error:
        raise BadKey(_RSA_ONLY) from error
    except ValueError as error:
        raise BadKey(f"{label.lower()}: {error}") from error
    return _of_certificate(found) if isinstance(found, x509.Certificate) else _key(found)


def _from_der(data: bytes) -> Key:
    try:
        return _of_certificate(x509.load_der_x509_certificate(data))
    except BadKey:
        raise
    except ValueError:
        log.debug("not a DER certificate, tried as a DER public key")
    try:
        found = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey("neither PEM nor DER of a certificate or public key") from error
    return _key(found)


def _of_certificate(certificate: x509.Certificate) -> Key:
    try:
        public = certificate.public_key()
    except UnsupportedAlgorithm as error:
        raise BadKey(_RSA_ONLY) from error
    names = {"x5t": hashes.SHA1(), "x5t#S256": hashes.SHA256()}  # noqa: S303 - RFC 7515 4.1.7 names SHA-1; it selects, it proves nothing
    return _key(public, {name: urlsafe_b64encode(certificate.fingerprint(kind)).rstrip(b"=").decode() for name, kind in names.items()})


def _key(public: object, names: Mapping[str, str] | None = None) -> Key:
    if not isinstance(public, RSAPublicKey):
        raise BadKey(_RSA_ONLY)
    if public.key_size < MIN_RSA_BITS:
        raise BadKey(f"an RSA key of {public.key_size} bits is too short")
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Key(joserfc=RSAKey.import_key(pem), python_jose=jwk.construct(pem, "RS256"), names=names or {})


def keys_of_set(entries: Sequence[Mapping[str, Any]], algorithms: Collection[str]) -> tuple[Key, ...]:
    """The signature keys of a JWK set that fit these algorithms; what is of no use is left out, as the RFC asks."""
    return tuple(key for entry in entries[:MOST_KEYS] for key in _keys(entry, algorithms))


def _keys(entry: Mapping[str, Any], algorithms: Collection[str]) -> Iterator[Key]:
    uses = entry.get("key_ops", ["verify"])
    if entry.get("use", "sig") != "sig" or not isinstance(uses, list) or "verify" not in uses or any(name in entry for name in _PRIVATE):
        return
    kid = entry.get("kid")
    for algorithm in algorithms:
        kind, curve = ALGORITHMS[algorithm]
        if entry.get("kty") != kind or entry.get("alg", algorithm) != algorithm or entry.get("crv", "") != curve:
            continue
        try:
            parsed = _parsed(entry)
            second = jwk.construct(parsed.as_pem(private=False).decode(), algorithm)
        except (ValueError, TypeError, KeyError, JoseError, JOSEError) as error:
            log.info("a published key is left out: %s", type(error).__name__)
            continue
        yield Key(joserfc=parsed, python_jose=second, names={"kid": kid} if isinstance(kid, str) else {}, algorithm=algorithm)


def _parsed(entry: Mapping[str, Any]) -> RSAKey | ECKey:
    """The key made of its bare public numbers: nothing else of the entry is believed."""
    if entry["kty"] == "EC":
        found = ECKey.import_key({name: entry[name] for name in ("kty", "crv", "x", "y")})
        if not isinstance(found.public_key, EllipticCurvePublicKey):
            raise ValueError("no public key")
        return found
    if not MIN_RSA_BITS <= len(str(entry["n"])) * 6 <= MAX_RSA_BITS + 24:
        raise ValueError("a modulus too short or endless")
    key = RSAKey.import_key({name: entry[name] for name in ("kty", "n", "e")})
    if not isinstance(key.public_key, RSAPublicKey) or key.public_key.key_size < MIN_RSA_BITS:
        raise ValueError("a short modulus")
    return key


class KeyFiles:
    """The keys of several files, the newest content: a provider's certificate can be renewed without a restart."""

    def __init__(self, system: str, paths: Sequence[Path], *, timer: Callable[[], float] = time.monotonic) -> None:
        self._system = system
        self._paths = tuple(paths)
        self._timer = timer
        self._stamp: tuple[tuple[int, int], ...] = ()
        self._keys: tuple[Key, ...] = ()
        self._looked_at: float | None = None

    async def keys(self, *, anew: bool = False) -> tuple[Key, ...]:
        """The present keys; the files are looked at every few seconds, or now. Raises `Unavailable` where they cannot be read."""
        if anew or self._looked_at is None or self._timer() - self._looked_at >= LOOK_EVERY_S:
            await asyncio.to_thread(self.load)
            self._looked_at = self._timer()
        return self._keys

    def load(self) -> None:
        """Reads the files if they changed."""
        try:
            stamp = tuple((path.stat().st_mtime_ns, path.stat().st_size) for path in self._paths)
            if stamp != self._stamp:
                self._keys = tuple(key for path in self._paths for key in keys_from(path.read_bytes()))
                self._stamp = stamp
        except (OSError, BadKey) as error:
            log.warning("%s: the keys that verify its tokens cannot be read: %s", self._system, error)
            raise Unavailable(self._system, "verification keys") from error
