"""The envelope, and every refusal with its status and its words."""

from __future__ import annotations

import json
import math
import secrets
from typing import Any, Final

from quart import Response

ERRORS: Final[dict[str, tuple[int, str]]] = {
    "malformed": (400, "Запрос составлен неверно"),
    "token_missing": (401, "Нужен токен доступа"),
    "token_expired": (401, "Токен недействителен или его срок вышел"),
    "consent_missing": (403, "Человек не дал этой системе согласия"),
    "level_too_low": (403, "Нужна стандартная или подтверждённая учётная запись Госуслуг"),
    "profile_missing": (403, "Сначала выберите профиль и примите условия"),
    "wrong_profile": (403, "Для этого нужен другой профиль"),
    "own_request": (403, "Решение по себе и своему ребёнку принимает другой администратор"),
    "system_only": (403, "Доступно только информационной системе"),
    "office_only": (403, "Доступно администратору школы"),
    "too_young": (403, "До 14 лет заявление подаёт законный представитель"),
    "pupil_acts_alone": (403, "С 14 лет ученик подаёт заявление сам"),
    "not_found": (404, "Не найдено"),
    "person_unknown": (404, "Такой учётной записи Госуслуг нет или данные не совпали"),
    "school_unknown": (404, "Школы с таким ОГРН нет"),
    "method_unknown": (405, "Метод не поддерживается"),
    "profile_exists": (409, "Профиль уже выбран"),
    "already_decided": (409, "Решение уже принято"),
    "withdrawn": (409, "Заявление отозвано"),
    "expired": (409, "Срок заявления вышел"),
    "not_draft": (409, "Изменить можно только черновик"),
    "not_closed": (409, "Прежнее заявление ещё рассматривается"),
    "version_changed": (412, "Запрос уже изменён: посмотрите, каким он стал"),
    "child_unknown": (422, "Такого ребёнка нет в вашем списке на Госуслугах"),
    "certificate_missing": (422, "Нет российского свидетельства о рождении: обратитесь в школу лично, с документом"),
    "school_year": (422, "На этот учебный год заявления не принимаются"),
    "terms_changed": (422, "Условия изменились: примите новые"),
    "reason_missing": (422, "Укажите причину отказа"),
    "value": (422, "Значение не подходит"),
    "version_missing": (428, "Нужен заголовок If-Match"),
    "too_many": (429, "Слишком много обращений"),
    "internal": (500, "Ошибка сервиса"),
    "maintenance": (503, "Ведутся технические работы"),
}
OAUTH: Final = frozenset({"invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type", "temporarily_unavailable"})


class SchoolError(Exception):
    """A refusal in the envelope; `current` is the object as it is now."""

    def __init__(self, code: str, *, field: str | None = None, current: Any = None, retry_after_s: float | None = None) -> None:
        super().__init__(code)
        self.code, self.field, self.current, self.retry_after_s = code, field, current, retry_after_s


class GrantError(Exception):
    """A refusal of the token address, as RFC 6749 words it."""

    def __init__(self, code: str, text: str = "", *, status: int = 400, retry_after_s: float | None = None) -> None:
        super().__init__(code)
        self.code, self.text, self.status, self.retry_after_s = code, text, status, retry_after_s


def answer(data: Any, status: int = 200, version: int | None = None) -> Response:
    made = _json({"ok": True, "trace": secrets.token_hex(8), "data": data}, status)
    if version is not None:
        made.headers["ETag"] = f'"{version}"'
    return made


def refusal(error: SchoolError) -> Response:
    status, message = ERRORS[error.code]
    told = {"code": error.code, "message": message, "field": error.field, "current": error.current}
    return _waiting(_json({"ok": False, "trace": secrets.token_hex(8), "error": told}, status), error.retry_after_s)


def granted(data: dict[str, Any]) -> Response:
    return _json(data, 200)


def grant_refusal(error: GrantError) -> Response:
    made = _json(
        {"error": error.code, "error_description": error.text or error.code}, 401 if error.code == "invalid_client" else error.status
    )
    if error.code == "invalid_client":
        made.headers["WWW-Authenticate"] = 'Basic realm="my-school"'
    return _waiting(made, error.retry_after_s)


def _json(body: Any, status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def _waiting(made: Response, seconds: float | None) -> Response:
    if seconds is not None:
        made.headers["Retry-After"] = str(max(0, math.ceil(seconds)))
    return made
