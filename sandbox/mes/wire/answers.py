"""The platform's envelope: bare JSON, refusals as `{type, description, details}`, lost sessions in three ways."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, Final

from quart import Response

DESCRIPTIONS: Final = {
    "bad_request": "Неверный запрос",
    "unauthorized": "Сессия завершена. Войдите заново",
    "invalid_credentials": "Неверный логин или пароль",
    "profile_not_chosen": "Профиль не выбран",
    "profile_mismatch": "Профиль не принадлежит пользователю",
    "role_mismatch": "Роль недоступна пользователю",
    "not_found": "Не найдено",
    "method_not_allowed": "Метод не поддерживается",
    "too_many_requests": "Слишком много запросов",
    "server_error": "Внутренняя ошибка сервиса",
}
STATUSES: Final = {
    "bad_request": 400, "unauthorized": 401, "invalid_credentials": 401, "profile_not_chosen": 403, "profile_mismatch": 403,
    "role_mismatch": 403, "not_found": 404, "method_not_allowed": 405, "too_many_requests": 429, "server_error": 500,
}  # fmt: skip


@dataclass(slots=True)
class MesError(Exception):
    """A refusal; `details` names what was wrong."""

    type: str
    details: dict[str, Any] = field(default_factory=dict)


class SessionLost(Exception):
    """A session that is over: `how` is 401, 403 (a page) or 499 (nothing)."""

    def __init__(self, how: str = "401") -> None:
        super().__init__(how)
        self.how = how


def bad(name: str) -> MesError:
    return MesError("bad_request", {"field": name})


def answer(value: Any, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def worded(type_: str, status: int, details: Any = None) -> Response:
    return answer({"type": type_, "description": DESCRIPTIONS.get(type_, type_), "details": details}, status)


def refusal(error: MesError) -> Response:
    return worded(error.type, STATUSES.get(error.type, 400), error.details or None)


def lost(how: str) -> Response:
    if how == "499":
        return Response("", status=499)
    if how == "403":
        text = "<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
        return Response(text, status=403, content_type="text/html; charset=utf-8")
    return worded("unauthorized", 401)


def too_many(after_s: float) -> Response:
    made = worded("too_many_requests", 429)
    made.headers["Retry-After"] = str(math.ceil(after_s))
    return made
