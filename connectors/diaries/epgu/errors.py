"""Turns a refusal of the service into one of the eight errors (docs/wire/epgu.md, Refusals and Faults)."""

from __future__ import annotations

import httpx

from connectors.diaries.epgu.envelope import NoEnvelope, Opened, Plain, opened
from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_TEXT = 300
STATUSES = frozenset({"REJECT", "INVALID", "FAILURE"})
CONSENT = "Госуслуги не дают нам ваших данных: на портале отозвано согласие. Дайте его снова в разделе «Согласия» и подключите дневник."
_KINDS: dict[str, type[ConnectorError]] = {
    "APPLICANT_NOT_FOUND": AuthExpired,
    "CONSENT_ENDED": AuthExpired,
    "STUDENT_NOT_FOUND": NotFound,
    "PERIOD_NOT_FOUND": NotFound,
    "RATE_LIMIT": RateLimited,
    "INTERNAL": Unavailable,
    "MAINTENANCE": Unavailable,
}
_OWN_WORDS = {"CONSENT_ENDED": CONSENT}


def checked(system: str, response: httpx.Response, operation: str) -> Plain:
    """What lies in the AppData of a good answer; raises the error that the answer means."""
    try:
        found = opened(response.content, operation)
    except NoEnvelope as error:
        # No SOAP: a gateway's page or a bare status says more than a broken envelope.
        if response.status_code >= 400 or _is_page(response.content):
            raise_for_page(system, response)
            raise_for_status(system, response)
        raise Drifted(system, str(error), "not the documented envelope") from error
    if found.fault is not None:
        raise _of_fault(system, found, response)
    if found.status in STATUSES:
        raise _refused(system, found.refusal, found.status)
    if found.status != "RESULT" or found.data is None:
        raise Drifted(system, f"/Envelope/Body/{operation}Response/Message/Status", "not a documented status")
    raise_for_status(system, response)
    return found.data


def _is_page(body: bytes) -> bool:
    return body.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))


def _of_fault(system: str, found: Opened, response: httpx.Response) -> ConnectorError:
    """A Fault whose code nobody documented is judged by whose fault it says it is."""
    code = str((found.refusal or {}).get("Code", ""))
    if code:
        return _refused(system, found.refusal, "FAULT", after_s=retry_after(response))
    if (found.fault or "").rpartition(":")[2] == "Client":
        return Rejected(system, "fault")
    return Unavailable(system, "fault")


def _refused(system: str, refusal: Plain | None, status: str, *, after_s: float | None = None) -> ConnectorError:
    """The error for one documented code; one that nobody documented is a refusal with its own name."""
    told = refusal or {}
    code = str(told.get("Code", "")) or status
    words = _OWN_WORDS.get(code) or plain_text(str(told.get("Text", "")))[:MAX_TEXT]
    kind = _KINDS.get(code)
    if kind is RateLimited:
        return RateLimited(system, code, after_s=after_s, text=words)
    if kind is not None:
        return kind(system, code, text=words)
    return Rejected(system, code[:64], words)
