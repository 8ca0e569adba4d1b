"""Refusals of the service: a status beside `Refusal` with HTTP 200, or a Fault (docs/wire/epgu.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "APPLICANT_NOT_FOUND": ("REJECT", "Заявитель не найден"),
    "CONSENT_ENDED": ("REJECT", "Согласие заявителя на передачу сведений отозвано"),
    "STUDENT_NOT_FOUND": ("REJECT", "Ученик не найден"),
    "PERIOD_NOT_FOUND": ("REJECT", "Такого учебного периода у класса нет"),
    "FIELD_MISSING": ("INVALID", "Не заполнено обязательное поле"),
    "SNILS_FORMAT": ("INVALID", "СНИЛС — 11 цифр"),
    "DATE_FORMAT": ("INVALID", "Дата указана неверно"),
    "DATE_ORDER": ("INVALID", "Начало периода позже его конца"),
    "DATE_RANGE": ("INVALID", "Период длиннее 366 дней"),
    "STATUS_UNKNOWN": ("INVALID", "Статус запроса — REQUEST или PING"),
    "INTERNAL": ("FAILURE", "Внутренняя ошибка ведомственной системы"),
}
FAULTS: Final[dict[str, tuple[int, str, str]]] = {
    "NOT_XML": (500, "Client", "Запрос не разобран как XML"),
    "TOO_LARGE": (500, "Client", "Запрос больше 256 КиБ"),
    "WRONG_NAMESPACE": (500, "Client", "Элемент из другого пространства имён"),
    "WRONG_ENVELOPE": (500, "Client", "Конверт не содержит Body с одной операцией, Message и MessageData/AppData"),
    "UNKNOWN_OPERATION": (500, "Client", "Такой операции у сервиса нет"),
    "WRONG_ACTION": (500, "Client", "SOAPAction не соответствует операции в Body"),
    "WRONG_VERSION": (500, "VersionMismatch", "Сервис понимает SOAP 1.1"),
    "NOT_UNDERSTOOD": (500, "MustUnderstand", "Обязательный заголовок не понят"),
    "RATE_LIMIT": (429, "Server", "Слишком много запросов"),
    "MAINTENANCE": (503, "Server", "Ведутся технические работы"),
}


@dataclass(eq=False)
class Refusal(Exception):
    """A refusal by the rules of the service: `REJECT`, `INVALID` or `FAILURE`."""

    code: str
    more: str = ""

    @property
    def status(self) -> str:
        return REFUSALS[self.code][0]

    @property
    def text(self) -> str:
        text = REFUSALS[self.code][1]
        return f"{text}: {self.more}" if self.more else text


@dataclass(eq=False)
class SoapFault(Exception):
    """What is wrong with the envelope or the service itself."""

    code: str
    more: str = ""
    retry_after_s: float | None = None

    @property
    def text(self) -> str:
        text = FAULTS[self.code][2]
        return f"{text}: {self.more}" if self.more else text
