"""Faults in the platform's own words: on its sign-in host in that host's, elsewhere in the data's envelope."""

from __future__ import annotations

from quart import Response, request

from sandbox.mes.wire.answers import answer, lost, too_many, worded
from sandbox.system import Fault


def word_fault(fault: Fault) -> Response:
    """`auth_expired` also refuses refresh and sign-in; `error` takes a status, or a type or code that comes with 400 or in its envelope."""
    path = request.path
    if fault.kind == "rate_limit":
        return too_many(1 if fault.value is None else float(fault.value))
    if fault.kind == "auth_expired":
        if "/sps/login/" in path:
            return answer({"errors": [{"code": "invalid_credentials"}]})
        if "/sps/oauth/" in path:
            return answer({"error": "invalid_grant", "error_description": "Токен недействителен"}, 400)
        return lost(str(fault.value) if str(fault.value) in {"403", "499"} else "401")
    value = str(fault.value if fault.value is not None else 500)
    if value.isascii() and value.isdigit() and 400 <= int(value) <= 599:
        return worded("server_error", int(value))
    if "/sps/login/" in path:
        return answer({"errors": [{"code": value}]})
    if "/sps/oauth/" in path:
        return answer({"error": value, "error_description": value}, 400)
    return worded(value, 400)
