"""Keys derived from the master key: encryption, look-up indexes, code hashes and the audit signature (ARCHITECTURE 7)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from identity.errors import MalformedKey, UnknownKey, Unsealable

SALT = b"school-hub"
MASTER_BYTES = 32
NONCE_BYTES = 12
VERSION = "s1"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def master_bytes(master: str) -> bytes:
    """The bytes of a master key; raises `MalformedKey` with the reason."""
    text = master.strip()
    if not text:
        raise MalformedKey("the master key is empty")
    if not re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", text):
        raise MalformedKey("the master key is not base64url (letters, digits, - and _ only)")
    try:
        raw = _unbase64url(text.rstrip("="))
    except (binascii.Error, ValueError) as broken:
        raise MalformedKey("the master key is not base64url (its length is impossible)") from broken
    if len(raw) < MASTER_BYTES:
        raise MalformedKey(f"the master key has {len(raw)} bytes, at least {MASTER_BYTES} are needed")
    if len(set(raw)) == 1:
        raise MalformedKey("the master key is one repeated byte")
    return raw


def new_master_key() -> str:
    """A fresh master key in the format that settings take."""
    return _base64url(os.urandom(MASTER_BYTES))


def _derive(master: bytes, label: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=SALT, info=f"school-hub/{label}/1".encode()).derive(master)


@dataclass(frozen=True, slots=True)
class KeySet:
    """All that one master key gives; `id` names it inside sealed values and says nothing of the key."""

    id: str
    cipher: AESGCM = field(repr=False)
    index_key: bytes = field(repr=False)
    code_key: bytes = field(repr=False)
    audit_signer: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def derive(cls, master: bytes) -> KeySet:
        return cls(
            id=_derive(master, "key-id")[:4].hex(),
            cipher=AESGCM(_derive(master, "encryption")),
            index_key=_derive(master, "index"),
            code_key=_derive(master, "codes"),
            audit_signer=Ed25519PrivateKey.from_private_bytes(_derive(master, "audit-signature")),
        )

    @property
    def audit_public(self) -> str:
        raw = self.audit_signer.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return _base64url(raw)


def _aad(table: str, column: str, row_id: str) -> bytes:
    # Lengths stand before the parts, so that ("a", "bc") and ("ab", "c") differ.
    return "".join(f"{len(part)}:{part}" for part in (table, column, row_id)).encode()


def _keyed(key: bytes, label: str, text: str) -> str:
    return _base64url(hmac.digest(key, f"{len(label)}:{label}{text}".encode(), hashlib.sha256))


class Keys:
    """The current key set writes; the old ones only read and look up."""

    __slots__ = ("_all", "_by_id", "_current", "_steady")

    def __init__(self, current: KeySet, old: Sequence[KeySet] = (), steady: Mapping[str, bytes] | None = None) -> None:
        self._current = current
        self._steady = dict(steady or {})
        self._by_id: Mapping[str, KeySet] = {keys.id: keys for keys in (*reversed(old), current)}
        self._all = (current, *(keys for keys in self._by_id.values() if keys.id != current.id))

    @classmethod
    def from_master(cls, master: str, old: Sequence[str] = ()) -> Keys:
        return cls(KeySet.derive(master_bytes(master)), [KeySet.derive(master_bytes(one)) for one in old])

    def with_steady(self, label: str, key: bytes) -> Keys:
        """Indexes under this label are made by a key of their own, which no rotation changes."""
        return Keys(self._current, self._all[1:], {**self._steady, label: key})

    @property
    def first_index_key(self) -> bytes:
        """The oldest of those given: what a steady key begins as, so that the indexes of before stay good."""
        return self._all[-1].index_key

    def __repr__(self) -> str:
        return f"Keys(current={self._current.id}, old={len(self._all) - 1})"

    @property
    def current_id(self) -> str:
        return self._current.id

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(keys.id for keys in self._all)

    def seal(self, table: str, column: str, row_id: str, text: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._current.cipher.encrypt(nonce, text.encode(), _aad(table, column, row_id))
        return f"{VERSION}.{self._current.id}.{_base64url(nonce + sealed)}"

    def open(self, table: str, column: str, row_id: str, sealed: str) -> str:
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if version != VERSION or not body:
            raise Unsealable(f"{table}.{column}: not a sealed value")
        keys = self._by_id.get(key_id)
        if keys is None:
            raise UnknownKey(f"{table}.{column}: sealed with key {key_id}, which is not among the keys given")
        try:
            raw = _unbase64url(body)
            return keys.cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _aad(table, column, row_id)).decode()
        except (InvalidTag, ValueError) as damaged:
            raise Unsealable(f"{table}.{column}: damaged, or taken from another row") from damaged

    def is_current(self, sealed: str) -> bool:
        return sealed.startswith(f"{VERSION}.{self._current.id}.")

    def knows(self, sealed: str) -> bool:
        """Whether one of the keys given could open it."""
        return sealed.partition(".")[2].partition(".")[0] in self._by_id

    def index(self, label: str, text: str) -> str:
        """The keyed index that is stored; the label keeps equal texts of different columns apart."""
        return _keyed(self._steady.get(label, self._current.index_key), label, text)

    def indexes(self, label: str, text: str) -> tuple[str, ...]:
        """The indexes to look up by, the current first: during a rotation rows carry either."""
        if label in self._steady:
            return (self.index(label, text),)
        return tuple(_keyed(keys.index_key, label, text) for keys in self._all)

    def code_hash(self, text: str) -> str:
        """What is stored of a session id, a code or a state."""
        return _keyed(self._current.code_key, "code", text)

    def code_hashes(self, text: str) -> tuple[str, ...]:
        return tuple(_keyed(keys.code_key, "code", text) for keys in self._all)

    def sign_audit(self, message: bytes) -> tuple[str, str]:
        """Key id and signature; the signing key exists only in memory, derived from the master key."""
        return self._current.id, _base64url(self._current.audit_signer.sign(message))

    def audit_public_keys(self) -> Mapping[str, str]:
        return {keys.id: keys.audit_public for keys in self._all}


def audit_signature_holds(public_key: str, message: bytes, signature: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(_unbase64url(public_key)).verify(_unbase64url(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


__all__ = ["KeySet", "Keys", "audit_signature_holds", "master_bytes", "new_master_key"]
