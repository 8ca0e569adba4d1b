"""Notices of changes: a request's headers and bytes into a record, by Standard Webhooks; pure (docs/wire/my_school.md, Being told)."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from connectors.diaries.my_school.mapping import wire
from connectors.diaries.my_school.mapping.reading import moment, word
from connectors.kit.answers import decode
from connectors.kit.errors import Drifted, Rejected
from connectors.kit.school_joining import BundleState, Notice
from connectors.kit.secret import Secret

TOLERANCE_S = 300
MAX_BODY = 16 * 1024
MOST_SIGNATURES = 8
SHORTEST_KEY = 16
PREFIX = "whsec_"
TYPE = "bundle.changed"
UNSIGNED, FORGED, TIME = "notice_unsigned", "notice_forged", "notice_time"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    type: Annotated[str, msgspec.Meta(max_length=64)]
    seq: wire.Seq
    bundle: wire.Id
    version: wire.Version
    state: str
    at: wire.Moment


def key_of(secret: Secret) -> bytes | None:
    """The bytes behind `whsec_…`; None for what is no such secret."""
    text = secret.reveal()
    if not text.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) >= SHORTEST_KEY else None


def read(system: str, headers: Mapping[str, str], body: bytes, secrets: Iterable[Secret], now: datetime) -> Notice:
    """The signature is judged before anything of the body is looked at."""
    given = {name.lower(): value for name, value in headers.items() if name.lower().startswith("webhook-")}
    id_, written = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    offered = [part.removeprefix("v1,") for part in given.get("webhook-signature", "").split() if part.startswith("v1,")]
    if not id_.isascii() or not 0 < len(id_) <= 80 or not _is_time(written) or not 0 < len(offered) <= MOST_SIGNATURES:
        raise Rejected(system, UNSIGNED)
    if len(body) > MAX_BODY:
        raise Rejected(system, UNSIGNED)
    signed = b".".join((id_.encode(), written.encode(), body))
    if not _is_ours(signed, offered, secrets):
        raise Rejected(system, FORGED)
    if abs(now.timestamp() - int(written)) > TOLERANCE_S:
        raise Rejected(system, TIME)
    return _notice(system, id_, body)


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _is_ours(signed: bytes, offered: list[str], secrets: Iterable[Secret]) -> bool:
    """Every pair is compared, in constant time each, so that the time taken says nothing of which one fits."""
    keys = [key for key in map(key_of, secrets) if key is not None]
    expected = [base64.b64encode(hmac.digest(key, signed, "sha256")) for key in keys]
    fits = [hmac.compare_digest(one, text.encode()) for one in expected for text in offered]
    return any(fits)


def _notice(system: str, id_: str, body: bytes) -> Notice:
    told = decode(system, body, Told)
    if told.type != TYPE:
        raise Drifted(system, "$.type", "not a change of a bundle")
    if id_ != f"chg_{told.seq}":
        raise Drifted(system, "$.seq", "not the change that the header names")
    return Notice(
        id=id_,
        seq=told.seq,
        bundle=told.bundle,
        version=told.version,
        state=word(told.state, BundleState),
        at=moment(system, told.at, "$.at"),
    )
