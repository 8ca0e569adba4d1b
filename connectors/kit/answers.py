"""Reading an answer's body: JSON into a declared wire type, or `Drifted` with the path that broke."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeVar

import httpx
import msgspec

from connectors.kit.errors import AccessDenied, AuthExpired, Drifted, NotFound, RateLimited, Unavailable
from connectors.kit.record import Original

Wire = TypeVar("Wire")
# Broken UTF-8 and endless nesting are reported outside msgspec's own family.
_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_TEXT = msgspec.json.Decoder(str)
_NUMBER = re.compile(rb"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_PATH = re.compile(r"`(\$[^`]*)`")


def decode(system: str, body: bytes, wire: type[Wire]) -> Wire:
    """The body as `wire`; `Drifted` names the JSON path of the first difference."""
    try:
        return msgspec.json.decode(body, type=wire, strict=False)
    except msgspec.ValidationError as error:
        where = _PATH.search(str(error))
        raise Drifted(system, where.group(1) if where else "$", str(error)) from error
    except _NOT_JSON as error:
        raise Drifted(system, "$", "not JSON") from error


def decode_both(system: str, body: bytes, wire: type[Wire]) -> tuple[Wire, Any]:
    """The body as `wire`, and as it was written, for a record's `raw`."""
    return decode(system, body, wire), msgspec.json.decode(body)


def original(plain: Mapping[str, Any], *, without: frozenset[str] = frozenset()) -> Original:
    """A record's `raw`: the object as it was written, without the named keys (other people, and what is a record of its own)."""
    return Original(plain, partial(_without, without) if without else None)


def _without(names: frozenset[str], plain: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in plain.items() if key not in names}


def text_of(system: str, value: msgspec.Raw | None, where: str) -> str:
    """A text or a number as it was written, digits and all; empty for null or an absent key."""
    if value is None:
        return ""
    written = bytes(value).strip()
    if written[:1] == b'"':
        return _TEXT.decode(written)
    if written == b"null":
        return ""
    if _NUMBER.fullmatch(written):
        return written.decode()
    raise Drifted(system, where, "neither text nor number")


def any_json(body: bytes) -> Any:
    """Whatever JSON the body is, or None: for the envelope of an error, where HTML is as likely."""
    try:
        return msgspec.json.decode(body)
    except _NOT_JSON:
        return None


def retry_after(response: httpx.Response) -> float | None:
    """Seconds of a Retry-After header given as a number; the date form and nonsense count as unknown."""
    text = response.headers.get("retry-after", "").strip()
    return float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", text) else None


def raise_for_page(system: str, response: httpx.Response) -> None:
    """A page where data was due: maintenance, a gateway or the protection before the system (also as 403); the family can only wait."""
    if response.content.lstrip()[:1] != b"<":
        return
    status, detail = response.status_code, f"page {response.status_code}"
    if status == 401:
        raise AuthExpired(system, detail)
    if status in (404, 410):
        raise NotFound(system, detail)
    if status in (429, 433):
        raise RateLimited(system, detail, after_s=retry_after(response))
    raise Unavailable(system, detail)


def raise_for_status(system: str, response: httpx.Response) -> None:
    """The plain HTTP reading of a status, for answers whose envelope says nothing better."""
    status = response.status_code
    if status < 400:
        return
    if status == 401:
        raise AuthExpired(system, "401")
    if status == 403:
        raise AccessDenied(system, "403")
    if status in (404, 410):
        raise NotFound(system, str(status))
    if status in (429, 433):
        raise RateLimited(system, str(status), after_s=retry_after(response))
    if status >= 500:
        raise Unavailable(system, str(status))
    raise Drifted(system, "status", str(status))
