"""Refusals: OperationOutcome of the Schedule, RFC 6749 at the token address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from quart import Response, jsonify

OUTCOMES: Final[dict[str, tuple[int, str]]] = {
    "structure": (400, "Запрос составлен неверно"),
    "login": (401, "Нужен токен доступа"),
    "expired": (401, "Срок действия токена истёк"),
    "forbidden": (403, "Регистрация информационной системы отозвана"),
    "not-found": (404, "Расписание не найдено"),
    "not-supported": (405, "Не поддерживается"),
    "throttled": (429, "Слишком много запросов"),
    "exception": (500, "Внутренняя ошибка сервиса"),
    "transient": (503, "Ведутся технические работы"),
}
GRANT_ERRORS: Final[dict[str, int]] = {
    "invalid_request": 400,
    "invalid_client": 401,
    "unsupported_grant_type": 400,
    "invalid_scope": 400,
    "unauthorized_client": 400,
    "temporarily_unavailable": 429,
    "server_error": 500,
}


@dataclass(eq=False)
class Outcome(Exception):
    """A refusal of the Schedule; `status` where the code's own does not fit."""

    code: str
    more: str = ""
    retry_after_s: float | None = None
    status: int | None = None


@dataclass(eq=False)
class GrantRefused(Exception):
    """A refusal at the token address."""

    error: str
    more: str = ""
    retry_after_s: float | None = None


def outcome(refused: Outcome) -> Response:
    status, text = OUTCOMES[refused.code]
    severity = "fatal" if status >= 500 else "error"
    details = f"{text}: {refused.more}" if refused.more else text
    made = jsonify(
        resourceType="OperationOutcome", id=str(uuid4()), issue=[{"severity": severity, "code": refused.code, "details": details}]
    )
    made.status_code = refused.status or status
    if made.status_code == 401:
        made.headers["WWW-Authenticate"] = "Bearer" if refused.code == "login" else 'Bearer error="invalid_token"'
    return retry_after(made, refused.retry_after_s)


def grant_refused(refused: GrantRefused) -> Response:
    shape: dict[str, Any] = {"error": refused.error}
    if refused.more:
        shape["error_description"] = refused.more
    made = jsonify(shape)
    made.status_code = GRANT_ERRORS[refused.error]
    made.headers["Cache-Control"] = "no-store"
    if made.status_code == 401:
        made.headers["WWW-Authenticate"] = 'Basic realm="fgis"'
    return retry_after(made, refused.retry_after_s)


def retry_after(made: Response, seconds: float | None) -> Response:
    if seconds is not None:
        made.headers["Retry-After"] = f"{seconds:.0f}"
    return made
