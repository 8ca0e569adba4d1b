"""The cabinet's refusals: one JSON envelope with a code, whatever was asked."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from quart import Response

ERRORS: Final[dict[str, tuple[int, str]]] = {
    "bad_request": (400, "Параметр указан неверно"),
    "wrong_pair": (401, "СНИЛС или пароль указаны неверно"),
    "session_required": (401, "Войдите в кабинет"),
    "session_ended": (401, "Сеанс завершён, войдите снова"),
    "closed": (403, "Кабинет закрыт, обратитесь к классному руководителю"),
    "unknown_week": (404, "Такой недели в учебном году нет"),
    "unknown_month": (404, "Такого месяца в учебном году нет"),
    "not_found": (404, "Такого адреса нет"),
    "method": (405, "Так к этому адресу не обращаются"),
    "conflict": (409, "Услуга уже в этом состоянии"),
    "locked": (423, "Слишком много неверных паролей, попробуйте позже"),
    "too_many": (429, "Слишком много запросов, попробуйте позже"),
    "failure": (500, "Ошибка кабинета"),
    "maintenance": (503, "Ведутся технические работы"),
}


class CabinetError(Exception):
    """A refusal by its code; `more` goes beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def bad(field: str) -> CabinetError:
    return CabinetError("bad_request", field=field)


def retry_after(code: str, seconds: float) -> CabinetError:
    return CabinetError(code, retry_after_s=max(1, math.ceil(seconds)))


def answer(data: Any, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def refusal(error: CabinetError) -> Response:
    """A code that the cabinet does not have is a failure of it."""
    status, message = ERRORS.get(error.code, ERRORS["failure"])
    made = answer({"error": {"code": error.code, "message": message, **error.more}}, status)
    if "retry_after_s" in error.more:
        made.headers["Retry-After"] = str(error.more["retry_after_s"])
    return made
