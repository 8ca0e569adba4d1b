"""What does our verification of a token cost, every claim included, against the RSA check alone?"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64decode

from bench.report import line
from connectors.kit.jose import Rules, keys_from, verify
from tools.stage import Stage

ROUNDS = 5
TOKENS = 2000


async def measure(_stage: Stage) -> AsyncIterator[str]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public, now = private.public_key(), datetime.now(UTC)
    keys = keys_from(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    rules = Rules(issuers=frozenset({"https://op.example"}), audience="hub")
    at = int(now.timestamp())
    claims = {
        "iss": "https://op.example",
        "aud": "hub",
        "sub": "1000",
        "exp": at + 3600,
        "iat": at,
        "auth_time": at,
        "nonce": "n",
        "acr": "3",
    }
    private_jwk = RSAKey.import_key(private)
    token = jwt.encode({"alg": "RS256", "typ": "JWT"}, claims, private_jwk)
    signed, _, signature = token.rpartition(".")
    raw, message = urlsafe_b64decode(signature.encode()), signed.encode()

    def primitive() -> None:
        public.verify(raw, message, padding.PKCS1v15(), SHA256())

    def library() -> None:
        jwt.decode(token, keys[0].joserfc, algorithms=["RS256"])

    def ours() -> None:
        verify("bench", token, keys, rules, now=now, nonce="n")

    for name, peer in (
        ("the bare RSA check of the processor's library", primitive),
        ("the bare check of joserfc, no claim looked at", library),
    ):
        ratios = [_rate(ours) / _rate(peer) for _ in range(ROUNDS)]
        yield line("verification of a token, two libraries and every claim", ratios, f"of {name}", target="at least 0.45")


def _rate(act: Callable[[], None]) -> float:
    act()
    started = time.process_time()
    for _ in range(TOKENS):
        act()
    return TOKENS / (time.process_time() - started)
