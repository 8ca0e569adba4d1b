"""Faults in the platform's own words: on the API as JSON, on the sign-in pages as pages."""

from __future__ import annotations

import math
from typing import Any

from quart import Response, request

from sandbox.dnevnik.wire.errors import DESCRIPTIONS, ApiError, error_page, refusal
from sandbox.system import Fault

SECOND_LIMIT_STATUS = 433
"""The other status that `apiRequestLimit` was seen with; the fault `error` with that type answers it."""


def word_fault(fault: Fault) -> Response | None:
    """`error` takes a type (`apiServerError`, `authorizationNotOwner` …), or `html` for an error page."""
    page = request.path.lstrip("/").startswith("dnevnik-login")
    if fault.kind == "rate_limit":
        return _limited(page, fault.value)
    if fault.kind == "auth_expired":
        return _expired(page)
    name = str(fault.value or "apiServerError")
    if name == "html" or page:
        return error_page(DESCRIPTIONS.get(name, "На сайте ведутся технические работы"), 500)
    return refusal(ApiError(name, status=SECOND_LIMIT_STATUS if name == "apiRequestLimit" else None))


def _limited(page: bool, value: Any) -> Response:
    made = error_page("Слишком много запросов, попробуйте позже", 429) if page else refusal(ApiError("apiRequestLimit"))
    made.headers["Retry-After"] = str(math.ceil(float(value))) if value is not None else "1"
    return made


def _expired(page: bool) -> Response | None:
    """A token is refused, and so are a refresh and a sign-in; pages that ask for nothing run on."""
    if page:
        return error_page("Вход недоступен: учётная запись временно заблокирована", 403)
    if request.path.rstrip("/").endswith(("/authorizations", "/authorizations/bycredentials")):
        return refusal(ApiError("authorizationFailed"))
    return refusal(ApiError("invalidToken"))
