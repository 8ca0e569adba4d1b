"""The emulator's GOST against what OpenSSL with the gost engine made once (openssl_gost.json)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.esia import cms, gost
from sandbox.esia.certificates import read_certificates

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "openssl_gost.json").read_text(encoding="utf-8"))
TEXT = GOLDEN["text"].encode()


def key_of(curve: str) -> gost.PublicKey:
    key = read_certificates(GOLDEN["curves"][curve]["certificate"])[0].key
    assert isinstance(key, gost.PublicKey)
    return key


@pytest.mark.parametrize("curve", GOLDEN["curves"])
def test_a_bare_signature_of_openssl_is_verified_on_every_curve(curve: str) -> None:
    signature = base64.b64decode(GOLDEN["curves"][curve]["signature"])
    assert key_of(curve).verify(TEXT, signature)
    assert not key_of(curve).verify(TEXT + b"x", signature)
    assert not key_of(curve).verify(TEXT, signature[32:] + signature[:32])


@pytest.mark.parametrize("name", GOLDEN["cms"])
def test_a_container_of_openssl_is_verified(name: str) -> None:
    certificate = read_certificates(GOLDEN["curves"]["a"]["certificate"])[0]
    signed = cms.parse(base64.b64decode(GOLDEN["cms"][name]))
    assert (signed.content == TEXT) == ("detached" not in name)
    assert cms.verify(signed, TEXT, certificate)
    assert not cms.verify(signed, TEXT + b"x", certificate)


def test_the_hash_of_a_certificate_is_that_of_openssl() -> None:
    assert read_certificates(GOLDEN["curves"]["a"]["certificate"])[0].hash == GOLDEN["certificate_hash"]


def test_own_signatures_are_verified_by_own_keys() -> None:
    key = gost.PrivateKey.generate()
    signature = key.sign(b"text")
    assert key.public.verify(b"text", signature)
    assert not key.public.verify(b"texT", signature)
    assert gost.parse_public_key(key.public.der()) == key.public


@pytest.mark.parametrize("signature", [b"", b"\x00" * 64, b"\xff" * 64, b"\x01" * 63, b"\x01" * 65])
def test_impossible_signatures_are_refused(signature: bytes) -> None:
    assert not key_of("a").verify(TEXT, signature)


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="certificate"):
        read_certificates(text)


def test_a_certificate_is_found_in_any_surroundings() -> None:
    text = GOLDEN["curves"]["a"]["certificate"]
    for spelled in (text.strip(), f"Certificate:\n  Data\n{text}", text.replace("\n", "\r\n"), f"\ufeff  {text}", text.strip() + text):
        assert {one.hash for one in read_certificates(spelled)} == {GOLDEN["certificate_hash"]}
