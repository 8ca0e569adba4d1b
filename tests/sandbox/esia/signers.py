"""Independent signers of the tests: the emulator's own code signs and checks nothing here."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gostcrypto
from asn1crypto import cms, core, pem, x509
from cryptography import x509 as rsa_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

GOST_KEY, GOST_DIGEST, GOST_SIGNED = "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.2.2", "1.2.643.7.1.1.3.2"
CURVE_A = "1.2.643.2.2.35.1"
CURVES = gostcrypto.gostsignature.CURVES_R_1323565_1_024_2019
FROM, UNTIL = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def streebog(data: bytes) -> bytes:
    return bytes(gostcrypto.gosthash.new("streebog256", data=bytearray(data)).digest())


@dataclass(frozen=True)
class RsaSigner:
    """Signs as the older dialect wants it."""

    key: rsa.RSAPrivateKey
    certificate: rsa_x509.Certificate

    @staticmethod
    def make(name: str = "rsa") -> RsaSigner:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = rsa_x509.Name([rsa_x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = rsa_x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        builder = builder.serial_number(rsa_x509.random_serial_number()).not_valid_before(FROM).not_valid_after(UNTIL)
        return RsaSigner(key, builder.sign(key, hashes.SHA256()))

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def cms(
        self, text: str, *, attached: bool = False, attributes: bool = False, digest: hashes.SHA256 | hashes.SHA512 | None = None
    ) -> bytes:
        options = [pkcs7.PKCS7Options.Binary]
        options += [] if attached else [pkcs7.PKCS7Options.DetachedSignature]
        options += [] if attributes else [pkcs7.PKCS7Options.NoAttributes]
        builder = pkcs7.PKCS7SignatureBuilder().set_data(text.encode())
        return builder.add_signer(self.certificate, self.key, digest or hashes.SHA256()).sign(Encoding.DER, options)


@dataclass(frozen=True)
class GostSigner:
    """Signs as either dialect wants it, with a key on CryptoPro's curve A."""

    number: bytes
    certificate_der: bytes

    @staticmethod
    def make(name: str = "gost", number: bytes = b"\x07" * 32) -> GostSigner:
        engine = gostcrypto.gostsignature.new(gostcrypto.gostsignature.MODE_256, CURVES["id-tc26-gost-3410-2012-256-paramSetB"])
        point = bytes(engine.public_key_generate(bytearray(number)))
        raw = point[31::-1] + point[:31:-1]
        spki = _sequence(
            _sequence(_oid(GOST_KEY), _sequence(_oid(CURVE_A), _oid(GOST_DIGEST))), core.OctetBitString(core.OctetString(raw).dump()).dump()
        )
        named = x509.Name.build({"common_name": name}).dump()
        validity = _sequence(x509.Time("utc_time", FROM).dump(), x509.Time("utc_time", UNTIL).dump())
        algorithm = _sequence(_oid(GOST_SIGNED))
        body = _sequence(core.Integer(uuid.uuid4().int).dump(), algorithm, named, validity, named, spki)
        signature = GostSigner(number, b"").raw(body)
        return GostSigner(number, _sequence(body, algorithm, core.OctetBitString(signature).dump()))

    @property
    def pem(self) -> str:
        armored: bytes = pem.armor("CERTIFICATE", self.certificate_der)
        return armored.decode()

    @property
    def hash(self) -> str:
        return streebog(self.certificate_der).hex().upper()

    def raw(self, data: bytes) -> bytes:
        engine = gostcrypto.gostsignature.new(gostcrypto.gostsignature.MODE_256, CURVES["id-tc26-gost-3410-2012-256-paramSetB"])
        signature = bytes(engine.sign(bytearray(self.number), bytearray(streebog(data)[::-1])))
        return signature[32:] + signature[:32]

    def cms(self, text: str, *, attached: bool = False, attributes: bool = False) -> bytes:
        data, issuer = text.encode(), x509.Certificate.load(self.certificate_der)
        signed = _attributes(streebog(data)) if attributes else None
        signer: dict[str, Any] = {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", {"issuer": issuer.issuer, "serial_number": issuer.serial_number}),
            "digest_algorithm": {"algorithm": GOST_DIGEST},
            "signature_algorithm": {"algorithm": GOST_KEY},
            "signature": self.raw(signed.dump() if signed is not None else data),
        }
        if signed is not None:
            signer["signed_attrs"] = signed
        content = {"content_type": "data", **({"content": data} if attached else {})}
        info = {"version": "v1", "digest_algorithms": [{"algorithm": GOST_DIGEST}], "encap_content_info": content}
        info |= {"certificates": [issuer], "signer_infos": [signer]}
        found: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(info)}).dump()
        return found


def _attributes(digest: bytes) -> cms.CMSAttributes:
    return cms.CMSAttributes([{"type": "content_type", "values": ["data"]}, {"type": "message_digest", "values": [digest]}])


def _oid(value: str) -> bytes:
    found: bytes = core.ObjectIdentifier(value).dump()
    return found


def _sequence(*parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    length = (
        bytes([size]) if size < 128 else bytes([0x80 + (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
    )
    return b"\x30" + length + body


def stamp(now: dt.datetime) -> str:
    return now.strftime("%Y.%m.%d %H:%M:%S %z")


V1 = ("scope", "timestamp", "client_id", "state")
CURRENT = ("client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri", "code")


def joined(params: Mapping[str, str], fields: tuple[str, ...]) -> str:
    return "".join(params.get(name, "") for name in fields)


__all__ = ["CURRENT", "V1", "GostSigner", "RsaSigner", "b64", "joined", "stamp", "streebog"]
