"""The client_secret of the older dialect: a CMS SignedData, attached or detached, with or without signed attributes, RSA or GOST."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.esia import gost
from sandbox.esia.certificates import Certificate

_RSA_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RSA_SIGNATURES = {"rsassa_pkcs1v15", "sha256_rsa", "sha384_rsa", "sha512_rsa"}
_GOST_SIGNATURES = {gost.KEY_OID, gost.SIGNATURE_OID}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedText:
    """What a CMS carries: `content` is None when detached; `attributes` are the DER bytes that were signed instead of the text."""

    content: bytes | None
    digest: str
    algorithm: str
    signature: bytes
    attributes: bytes | None
    attributes_digest: bytes | None


def parse(der: bytes) -> SignedText:
    """Reads the first signer of a SignedData; ValueError when these bytes are none."""
    try:
        info = cms.ContentInfo.load(der)
        if info["content_type"].native != "signed_data":
            raise ValueError("not a CMS SignedData")
        signed = info["content"]
        signer = signed["signer_infos"][0]
        attributes = signer["signed_attrs"]
        has_attributes = bool(attributes.native)
        content = signed["encap_content_info"]["content"].native
        return SignedText(
            content=_flat(content),
            digest=str(signer["digest_algorithm"]["algorithm"].native),
            algorithm=str(signer["signature_algorithm"]["algorithm"].native),
            signature=bytes(signer["signature"].native),
            # RFC 5652 5.4: the attributes are signed as a SET OF, not under their context tag.
            attributes=b"\x31" + attributes.dump()[1:] if has_attributes else None,
            attributes_digest=_message_digest(attributes) if has_attributes else None,
        )
    except (TypeError, KeyError, IndexError, AttributeError, OverflowError) as wrong:
        raise ValueError("not a CMS SignedData") from wrong


def verify(signed: SignedText, text: bytes, certificate: Certificate) -> bool:
    """Whether the holder of this certificate signed exactly this text."""
    if signed.content is not None and signed.content != text:
        return False
    if signed.attributes is not None and signed.attributes_digest != _digest(signed.digest, text):
        return False
    covered = text if signed.attributes is None else signed.attributes
    key = certificate.key
    if isinstance(key, gost.PublicKey):
        return signed.algorithm in _GOST_SIGNATURES and signed.digest == gost.DIGEST_OID and key.verify(covered, signed.signature)
    return signed.algorithm in _RSA_SIGNATURES and _verify_rsa(key, signed, covered)


def _verify_rsa(key: rsa.RSAPublicKey, signed: SignedText, covered: bytes) -> bool:
    algorithm = _RSA_HASHES.get(signed.digest)
    if algorithm is None:
        return False
    try:
        key.verify(signed.signature, covered, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


def _digest(name: str, text: bytes) -> bytes | None:
    if name == gost.DIGEST_OID:
        return gost.streebog(text)
    return hashlib.new(name, text).digest() if name in _RSA_HASHES else None


def _message_digest(attributes: cms.CMSAttributes) -> bytes | None:
    found = [attribute["values"][0].native for attribute in attributes if attribute["type"].native == "message_digest"]
    return bytes(found[0]) if len(found) == 1 else None


def _flat(content: object) -> bytes | None:
    return bytes(content) if isinstance(content, bytes | bytearray) else None
