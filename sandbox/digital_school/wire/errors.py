"""The cabinet's refusals: codes `E-…` in its envelope."""

from __future__ import annotations

import math
from typing import Any, Final

ERRORS: Final[dict[str, tuple[int, str]]] = {
    "E-400": (400, "Запрос составлен неверно"),
    "E-101": (401, "Лицевой счёт, код или пароль указаны неверно"),
    "E-102": (403, "Кабинет ещё не активирован: введите код авторизации из договора"),
    "E-103": (409, "Код авторизации уже использован"),
    "E-104": (422, "Пароль слишком простой: от 8 до 64 знаков, не номер счёта"),
    "E-105": (423, "Слишком много неверных попыток, попробуйте позже"),
    "E-110": (401, "Сеанс завершён, войдите снова"),
    "E-120": (403, "Договор закрыт"),
    "E-404": (404, "Не найдено"),
    "E-405": (405, "Так к этому адресу не обращаются"),
    "E-422": (422, "Такие даты или страница не принимаются"),
    "E-429": (429, "Слишком много запросов, попробуйте позже"),
    "E-500": (500, "Ошибка кабинета"),
    "E-503": (503, "Ведутся технические работы"),
}


class SchoolError(Exception):
    """A refusal by its code; `field` names the wrong parameter, `after_s` when to try again."""

    def __init__(self, code: str, *, field: str | None = None, after_s: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.after_s = None if after_s is None else max(1, math.ceil(after_s))

    @property
    def status(self) -> int:
        return ERRORS.get(self.code, ERRORS["E-500"])[0]

    def shown(self) -> dict[str, Any]:
        text = ERRORS.get(self.code, ERRORS["E-500"])[1]
        return {"code": self.code, "text": text, **({} if self.field is None else {"field": self.field})}
