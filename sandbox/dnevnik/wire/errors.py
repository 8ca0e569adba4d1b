"""The platform's two ways to say no: a JSON object `{type, description}`, and a page whose text stands in `div.error__description p`."""

from __future__ import annotations

import html
import json
from typing import Final

from quart import Response

STATUSES: Final = {
    "invalidRequest": 400,
    "parameterInvalid": 400,
    "authorizationFailed": 401,
    "authorizationTokenRequired": 401,
    "authorizationInvalidToken": 401,
    "invalidToken": 401,
    "authorizationOutOfScope": 403,
    "authorizationNotOwner": 403,
    "authorizationOwnerForbidden": 403,
    "authorizationSystemForbidden": 403,
    "apiHttpsRequired": 403,
    "apiResourceUnavailable": 404,
    "apiMethodNotSupported": 405,
    "apiRequestLimit": 429,
    "apiServerError": 500,
    "apiUnknownError": 500,
}
DESCRIPTIONS: Final = {
    "invalidRequest": "Неверный запрос",
    "parameterInvalid": "Неверное значение одного из параметров",
    "authorizationFailed": "Ошибка авторизации",
    "authorizationTokenRequired": "Для доступа к ресурсу нужна авторизация",
    "authorizationInvalidToken": "Неверный или неактивный токен",
    "invalidToken": "Неверный или неактивный токен",
    "authorizationOutOfScope": "Токен содержит недостаточно прав доступа",
    "authorizationNotOwner": "Текущий пользователь не является владельцем ресурса",
    "authorizationOwnerForbidden": "Данный запрос запрещён владельцем ресурса",
    "authorizationSystemForbidden": "Данный запрос запрещён правилами доступа системы",
    "apiHttpsRequired": "Ресурс доступен только через https",
    "apiResourceUnavailable": "Ресурс не существует",
    "apiMethodNotSupported": "Метод не поддерживается для этого ресурса",
    "apiRequestLimit": "Превышен лимит запросов для данного токена",
    "apiServerError": "Ошибка на сервере",
    "apiUnknownError": "Неизвестная ошибка",
}


class ApiError(Exception):
    """A refusal in the API's own words; `status` is given where the platform uses more than one for a type."""

    def __init__(self, type_: str, description: str | None = None, status: int | None = None) -> None:
        self.type = type_
        self.description = DESCRIPTIONS.get(type_, "Неизвестная ошибка") if description is None else description
        self.status = status or STATUSES.get(type_, 500)
        super().__init__(f"{self.type}: {self.description}")


def parameter(name: str, value: object = None) -> ApiError:
    """The refusal of one parameter, named."""
    shown = "" if value is None else f" ({str(value)[:80]})"
    return ApiError("parameterInvalid", f"Неверное значение параметра {name}{shown}")


def answer(data: object, status: int = 200) -> Response:
    """A JSON answer; the charset is named because clients that read the text would otherwise guess it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def refusal(error: ApiError) -> Response:
    """The JSON envelope of an error."""
    return answer({"type": error.type, "description": error.description}, error.status)


def error_page(text: str, status: int) -> Response:
    """The page of an error. Clients compare Content-Type with exactly `text/html` and cut the text between the first two `<p>`."""
    body = (
        "<!DOCTYPE html>\n<html lang=\"ru\">\n<head><meta charset=\"utf-8\"><title>Дневник.ру: ошибка</title></head>\n<body>\n"
        '<main class="error">\n<h1 class="error__title">Что-то пошло не так</h1>\n'
        f'<div class="error__description"><p>{html.escape(text)}</p>\n<p>Вернитесь назад и попробуйте ещё раз.</p></div>\n'
        "</main>\n</body>\n</html>\n"
    )  # fmt: skip
    made = Response(body.encode(), status=status, headers={"Cache-Control": "no-store"})
    made.headers["Content-Type"] = "text/html"
    return made
