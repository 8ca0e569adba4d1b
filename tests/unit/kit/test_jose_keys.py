"""Keys come from PEM and DER, several at once, and follow their files; a private or foreign key is refused aloud."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from connectors.esia.signing.self_signed import new_gost_pair
from connectors.kit.errors import Unavailable
from connectors.kit.jose import BadKey, KeyFiles, keys_from
from tests.unit.kit.forge import NOW, pair


def test_every_usual_form_of_a_public_key_is_read() -> None:
    one = pair("esia")
    forms = [
        one.public(),
        one.public(Encoding.PEM, PublicFormat.PKCS1),
        one.public(Encoding.DER),
        one.certificate_pem(),
        one.certificate().public_bytes(Encoding.DER),
        b"\xef\xbb\xbfsubject=CN=esia\r\n" + one.certificate_pem().replace(b"\n", b"\r\n"),
    ]
    for form in forms:
        (key,) = keys_from(form)
        assert key.joserfc.as_dict(private=False)["n"]


def test_one_file_may_hold_old_and_new() -> None:
    assert len(keys_from(pair("esia").certificate_pem() + b"\n" + pair("next").public())) == 2


@pytest.mark.security("11")
def test_a_certificate_is_named_by_its_thumbprints() -> None:
    (key,) = keys_from(pair("esia").certificate_pem())
    assert set(key.names) == {"x5t", "x5t#S256"}


@pytest.mark.parametrize(
    "text", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\x30\x03\x02\x01\x01"]
)
def test_what_is_no_key_is_refused(text: bytes) -> None:
    with pytest.raises(BadKey):
        keys_from(text)


def test_a_private_key_in_the_place_of_a_public_one_is_refused() -> None:
    with pytest.raises(BadKey, match="private"):
        keys_from(pair("esia").key_pem.encode())


def test_other_kinds_and_short_keys_are_refused() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    gost = new_gost_pair("x", now=NOW).certificate_pem.encode()
    gost_der = x509.load_pem_x509_certificate(gost).public_bytes(Encoding.DER)
    for other in (curve, gost, gost_der):
        with pytest.raises(BadKey, match="RS256"):
            keys_from(other)
    with pytest.raises(BadKey, match="too short"):
        keys_from(pair("short", 1024).certificate().public_bytes(Encoding.DER))
    with pytest.raises(BadKey, match="too short"):
        keys_from(pair("short", 1024).public())


def write(path: Path, *names: str, age: int = 0) -> None:
    path.write_bytes(b"".join(pair(name).public() for name in names))
    os.utime(path, ns=(age, age))


async def test_a_changed_file_is_read_anew_after_a_few_seconds(tmp_path: Path) -> None:
    clock = [0.0]
    file = tmp_path / "esia.pem"
    write(file, "esia", age=1)
    files = KeyFiles("esia", [file], timer=lambda: clock[0])
    first = await files.keys()
    write(file, "esia", "next", age=2)
    assert await files.keys() is first
    clock[0] = 6.0
    assert len(await files.keys()) == 2


async def test_the_files_can_be_asked_for_as_they_are_now(tmp_path: Path) -> None:
    file = tmp_path / "esia.pem"
    write(file, "esia", age=1)
    files = KeyFiles("esia", [file])
    await files.keys()
    write(file, "next", age=2)
    (key,) = await files.keys(anew=True)
    assert key.joserfc.as_dict(private=False) == keys_from(pair("next").public())[0].joserfc.as_dict(private=False)


async def test_unchanged_files_are_parsed_once(tmp_path: Path) -> None:
    file = tmp_path / "esia.pem"
    write(file, "esia")
    files = KeyFiles("esia", [file])
    first, second = await asyncio.gather(files.keys(anew=True), files.keys(anew=True))
    assert (await files.keys(anew=True))[0] in (first[0], second[0])


async def test_several_files_are_one_set(tmp_path: Path) -> None:
    write(tmp_path / "old.pem", "esia")
    write(tmp_path / "new.pem", "next")
    assert len(await KeyFiles("esia", [tmp_path / "old.pem", tmp_path / "new.pem"]).keys()) == 2


async def test_missing_or_broken_files_mean_unavailable_and_heal(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "esia.pem"
    files = KeyFiles("esia", [file])
    with pytest.raises(Unavailable):
        await files.keys()
    file.write_text("broken")
    with pytest.raises(Unavailable):
        await files.keys()
    assert "cannot be read" in caplog.text
    write(file, "esia")
    assert await files.keys()
