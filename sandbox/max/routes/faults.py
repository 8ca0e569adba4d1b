"""Faults in MAX's own envelope."""

from __future__ import annotations

from quart import Response, jsonify

from sandbox.max.wire.errors import STATUSES, MaxError
from sandbox.system import Fault

BY_STATUS = {400: "proto.payload", 401: "verify.token", 403: "chat.denied", 404: "chat.not.found", 429: "too.many.requests",
             503: "service.unavailable"}  # fmt: skip


def refused(error: MaxError) -> Response:
    answer = jsonify(error.body())
    answer.status_code = error.status
    return answer


def word_fault(fault: Fault) -> Response:
    """`error` takes MAX's own code, or a status that comes with its usual code."""
    if fault.kind == "rate_limit":
        answer = refused(MaxError("too.many.requests", "Too many requests"))
        answer.headers["Retry-After"] = str(1 if fault.value is None else fault.value)
        return answer
    if fault.kind == "auth_expired":
        return refused(MaxError("verify.token", "Invalid access_token"))
    text = str(fault.value if fault.value is not None else "internal.error")
    if text.isascii() and text.isdigit() and 400 <= int(text) <= 599:
        return refused(MaxError(BY_STATUS.get(int(text), "internal.error"), "Request failed", int(text)))
    return refused(MaxError(text, "Request failed", STATUSES.get(text, 400)))
