"""Signatures of both dialects, judged by others: openssl with the GOST engine, the cryptography library, gostcrypto."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
import threading
import time
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from connectors.esia.signing import gost_math, port
from connectors.esia.signing.dialect import CURRENT, V1, Request, written
from connectors.esia.signing.files import Files, gost_private_key
from connectors.esia.signing.gost_openssl import GostOpenssl
from connectors.esia.signing.in_process import GostPython, RsaCms
from connectors.esia.signing.self_signed import new_gost_pair
from connectors.kit.errors import TimedOut, Unavailable
from tests.unit.esia.material import Material, openssl
from tests.unit.kit.forge import NOW, pair

MESSAGE = b"SCHOOLHUBopenid fullname2026.09.15 09:00:00 +0000"
REQUEST = Request(client_id="ID", scope="openid a", timestamp="T", state="S", redirect_uri="http://r/", code="C")


def files(material: Material, *, rsa: bool = False) -> Files:
    key, certificate = material.rsa if rsa else material.gost
    return Files("esia", key=key, certificate=certificate)


def test_each_dialect_signs_its_own_fields_in_its_own_order() -> None:
    assert V1.message(REQUEST) == b"openid aTIDS"
    assert CURRENT.message(REQUEST) == b"IDopenid aTShttp://r/C"
    assert (V1.authorise_path, V1.token_path) == ("/aas/oauth2/ac", "/aas/oauth2/te")
    assert (CURRENT.authorise_path, CURRENT.token_path) == ("/aas/oauth2/v2/ac", "/aas/oauth2/v3/te")


def test_a_secret_is_written_in_the_alphabet_of_addresses() -> None:
    text = written(bytes(range(190, 254)))
    assert not set(text) & set("+/ ")
    assert urlsafe_b64decode(text) == bytes(range(190, 254))


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (
            b"012345678901234567890123456789012345678901234567890123456789012",
            "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
        ),
        (b"", "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb"),
    ],
)
def test_streebog_gives_the_published_values(text: bytes, digest: str) -> None:
    assert gost_math.streebog_256(text).hex() == digest


async def test_pure_python_signs_64_bytes_that_its_own_certificate_verifies(material: Material) -> None:
    signature = await GostPython(files(material), raw=True).sign(MESSAGE)
    key = gost_private_key(material.gost[0].read_bytes())
    public = gost_math.public_key(key)
    assert len(signature) == 64
    assert gost_math.verify(public, key.curve, MESSAGE, signature)
    assert not gost_math.verify(public, key.curve, MESSAGE + b"x", signature)
    assert not gost_math.verify(public, key.curve, MESSAGE, signature[32:] + signature[:32])


async def test_signing_twice_works_because_the_key_is_not_wiped(material: Material) -> None:
    signer = GostPython(files(material), raw=True)
    key = gost_private_key(material.gost[0].read_bytes())
    for _ in range(2):
        assert gost_math.verify(gost_math.public_key(key), key.curve, MESSAGE, await signer.sign(MESSAGE))


async def judged_raw(signature: bytes, material: Material, tmp_path: Path) -> bool:
    public = tmp_path / "public.pem"
    public.write_bytes(openssl("x509", "-in", str(material.gost[1]), "-noout", "-pubkey").stdout)
    (tmp_path / "signature").write_bytes(signature)
    told = openssl("dgst", "-md_gost12_256", "-verify", str(public), "-signature", str(tmp_path / "signature"), data=MESSAGE)
    return told.returncode == 0


def judged_cms(signature: bytes, certificate: Path, tmp_path: Path, message: bytes = MESSAGE) -> bool:
    (tmp_path / "cms").write_bytes(signature)
    (tmp_path / "message").write_bytes(message)
    told = openssl(
        "cms", "-verify", "-binary", "-inform", "DER", "-in", str(tmp_path / "cms"), "-content", str(tmp_path / "message"),
        "-CAfile", str(certificate), "-purpose", "any", "-no_check_time", "-out", os.devnull,
    )  # fmt: skip
    return told.returncode == 0


@pytest.mark.usefixtures("engine")
async def test_openssl_accepts_our_raw_signature(material: Material, tmp_path: Path) -> None:
    assert await judged_raw(await GostPython(files(material), raw=True).sign(MESSAGE), material, tmp_path)
    assert not await judged_raw(b"\x01" * 64, material, tmp_path)


@pytest.mark.usefixtures("engine")
async def test_openssl_accepts_our_cms_and_refuses_another_message(material: Material, tmp_path: Path) -> None:
    signature = await GostPython(files(material), raw=False).sign(MESSAGE)
    assert judged_cms(signature, material.gost[1], tmp_path)
    assert not judged_cms(signature, material.gost[1], tmp_path, MESSAGE + b"x")
    assert MESSAGE not in signature


@pytest.mark.usefixtures("engine")
async def test_the_command_signs_raw_and_cms_alike(material: Material, tmp_path: Path) -> None:
    raw = await GostOpenssl(files(material), raw=True).sign(MESSAGE)
    key = gost_private_key(material.gost[0].read_bytes())
    assert gost_math.verify(gost_math.public_key(key), key.curve, MESSAGE, raw)
    cms = await GostOpenssl(files(material), raw=False).sign(MESSAGE)
    assert judged_cms(cms, material.gost[1], tmp_path)
    assert MESSAGE not in cms


async def test_the_rsa_cms_is_detached_and_holds(material: Material, tmp_path: Path) -> None:
    signature = await RsaCms(files(material, rsa=True)).sign(MESSAGE)
    assert MESSAGE not in signature
    if openssl("version").returncode == 0:
        assert judged_cms(signature, material.rsa[1], tmp_path)
        assert not judged_cms(signature, material.rsa[1], tmp_path, MESSAGE + b"x")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("paramset", ["A", "B", "C", "TCA", "XA"])
async def test_keys_of_openssl_on_every_curve_are_read(paramset: str, tmp_path: Path) -> None:
    pem = openssl("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", f"paramset:{paramset}")
    assert pem.returncode == 0, pem.stderr
    key = gost_private_key(pem.stdout)
    (tmp_path / "public.pem").write_bytes(openssl("pkey", "-pubout", data=pem.stdout).stdout)
    (tmp_path / "signature").write_bytes(gost_math.sign(key, MESSAGE))
    told = openssl(
        "dgst", "-md_gost12_256", "-verify", str(tmp_path / "public.pem"), "-signature", str(tmp_path / "signature"), data=MESSAGE
    )
    assert told.returncode == 0, told.stdout


@pytest.mark.usefixtures("engine")
def test_our_own_certificate_is_a_certificate_to_openssl(material: Material) -> None:
    certificate = str(material.gost[1])
    assert openssl("verify", "-CAfile", certificate, "-no_check_time", certificate).returncode == 0


def test_two_pairs_are_never_alike() -> None:
    one, other = new_gost_pair("x", now=NOW), new_gost_pair("x", now=NOW)
    assert one.key_pem != other.key_pem
    assert one.key_pem not in repr(one)
    assert x509.load_pem_x509_certificate(one.certificate_pem.encode()).subject.rfc4514_string() == "CN=x"


async def test_the_certificates_hash_is_over_der_whatever_the_file_holds(material: Material, tmp_path: Path) -> None:
    pem = material.gost[1].read_bytes()
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    (tmp_path / "c.der").write_bytes(der)
    right = gost_math.streebog_256(der).hex().upper()
    assert len(right) == 64
    for certificate in (material.gost[1], tmp_path / "c.der"):
        assert await Files("esia", key=material.gost[0], certificate=certificate).certificate_hash() == right
    assert gost_math.streebog_256(pem).hex().upper() != right
    assert hashlib.sha256(der).hexdigest().upper() != right


@pytest.mark.usefixtures("engine")
async def test_the_certificates_hash_is_what_openssl_says(material: Material) -> None:
    der = openssl("x509", "-in", str(material.gost[1]), "-outform", "DER").stdout
    told = openssl("dgst", "-md_gost12_256", data=der).stdout.split()[-1].decode()
    assert await files(material).certificate_hash() == told.upper()


@pytest.mark.parametrize("text", ["", "text", "-----BEGIN EC PRIVATE" + " KEY-----\nAAAA\n-----END EC PRIVATE" + " KEY-----\n"])
async def test_a_key_that_is_no_gost_key_is_unavailable_with_the_reason_in_the_log(
    text: str, material: Material, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(Unavailable):
        await GostPython(Files("esia", key=tmp_path / "key", certificate=material.gost[1]), raw=True).sign(MESSAGE)
    assert "cannot be used for signing" in caplog.text


async def test_a_foreign_kind_of_key_is_unavailable(material: Material) -> None:
    with pytest.raises(Unavailable):
        await GostPython(files(material, rsa=True), raw=True).sign(MESSAGE)
    with pytest.raises(Unavailable):
        await RsaCms(files(material)).sign(MESSAGE)


async def test_a_certificate_of_another_key_is_found_before_esia_says_007053(
    material: Material, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "gost.crt").write_text(new_gost_pair("other", now=NOW).certificate_pem)
    (tmp_path / "rsa.crt").write_bytes(pair("thief").certificate_pem())
    with pytest.raises(Unavailable):
        await GostPython(Files("esia", key=material.gost[0], certificate=tmp_path / "gost.crt"), raw=True).sign(MESSAGE)
    with pytest.raises(Unavailable):
        await RsaCms(Files("esia", key=material.rsa[0], certificate=tmp_path / "rsa.crt")).sign(MESSAGE)
    assert caplog.text.count("the certificate is of another key") == 2


async def test_a_key_under_a_password_is_unavailable(material: Material, tmp_path: Path) -> None:
    locked = pair("hub").private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    (tmp_path / "key").write_bytes(locked)
    with pytest.raises(Unavailable):
        await RsaCms(Files("esia", key=tmp_path / "key", certificate=material.rsa[1])).sign(MESSAGE)


async def test_missing_files_are_unavailable_and_may_come_later(material: Material, tmp_path: Path) -> None:
    late = tmp_path / "late.key"
    signer = GostPython(Files("esia", key=late, certificate=material.gost[1]), raw=True)
    with pytest.raises(Unavailable):
        await signer.sign(MESSAGE)
    late.write_bytes(material.gost[0].read_bytes())
    assert len(await signer.sign(MESSAGE)) == 64


async def test_signing_in_python_leaves_the_loop_free(material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def told(self: GostPython, message: bytes) -> bytes:
        threads.append(threading.current_thread().name)
        return b"x" * 64

    monkeypatch.setattr(GostPython, "_sign", told)
    await GostPython(files(material), raw=True).sign(MESSAGE)
    assert threads != [threading.main_thread().name]


def command(folder: Path, body: str) -> str:
    """A stand-in for openssl."""
    path = folder / "openssl"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


async def test_the_command_sees_files_only_and_nothing_of_our_environment(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_MASTER_KEY", "top-secret")
    name = command(tmp_path, f'echo "$@" > {tmp_path}/arguments; env > {tmp_path}/environment; cat > {tmp_path}/message; printf %064d 0')
    assert await GostOpenssl(files(material), raw=True, command=name).sign(MESSAGE) == b"0" * 64
    assert (tmp_path / "arguments").read_text().split() == ["dgst", "-md_gost12_256", "-sign", str(material.gost[0])]
    assert (tmp_path / "message").read_bytes() == MESSAGE
    environment = (tmp_path / "environment").read_text()
    assert "top-secret" not in environment
    assert "OPENSSL_CONF=" in environment


@pytest.mark.parametrize("body", ["exit 1", "printf short", "true", "echo PRIVATE >&2; exit 3"])
async def test_a_command_that_fails_is_unavailable(body: str, material: Material, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await GostOpenssl(files(material), raw=True, command=command(tmp_path, f"cat > /dev/null; {body}")).sign(MESSAGE)


async def test_a_missing_command_is_unavailable(material: Material) -> None:
    with pytest.raises(Unavailable):
        await GostOpenssl(files(material), raw=True, command="no-such-openssl").sign(MESSAGE)


async def test_a_command_that_hangs_is_ended_at_the_deadline(material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "SIGN_WITHIN_S", 0.2)
    name = command(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 60")
    started = time.monotonic()
    with pytest.raises(TimedOut):
        await GostOpenssl(files(material), raw=True, command=name).sign(MESSAGE)
    assert time.monotonic() - started < 30
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_ten_signatures_at_once_do_not_start_ten_processes(material: Material, tmp_path: Path) -> None:
    count = f"ls {tmp_path}/run.* 2>/dev/null | wc -l >> {tmp_path}/counts"
    mark = f"{tmp_path}/run.$$"
    name = command(tmp_path, f"{count}; touch {mark}; cat > /dev/null; rm {mark}; printf %064d 0")
    signer = GostOpenssl(files(material), raw=True, command=name)
    assert len(await asyncio.gather(*(signer.sign(MESSAGE) for _ in range(10)))) == 10
    assert max(int(line) for line in (tmp_path / "counts").read_text().split()) <= 4
