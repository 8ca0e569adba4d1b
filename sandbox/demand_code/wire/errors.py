"""Refusals in the envelope: `OperationState` for the call, `Result.State` for what it asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

ERRORS: Final[dict[str, tuple[int, str]]] = {
    "access": (2, "Доступ запрещён: неверны магазин, токен или подпись"),
    "hash": (2, "Неверная контрольная подпись"),
    "field": (3, "Неверно заполнено поле"),
    "amount": (3, "Неверная сумма"),
    "currency": (3, "Неизвестная валюта"),
    "used": (4, "Покупка с таким номером уже есть"),
    "unknown": (5, "СКО не найден"),
    "state": (6, "СКО в другом состоянии"),
    "system": (10, "Внутренняя ошибка"),
}


@dataclass(eq=False)
class DemandError(Exception):
    """A key of `ERRORS`; `more` names the field."""

    key: str
    more: str = ""

    def body(self, eshop: str) -> dict[str, Any]:
        code, text = ERRORS[self.key]
        told = {"Code": code, "Desc": f"{text}: {self.more}" if self.more else text}
        if self.key in ("access", "system"):
            return {"OperationState": told, "OperationId": "", "EshopId": eshop, "Result": {"State": told}}
        return {"OperationState": {"Code": 0, "Desc": "SUCCEEDED"}, "OperationId": "", "EshopId": eshop, "Result": {"State": told}}
