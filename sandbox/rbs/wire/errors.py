"""Refusals of the gateway: an error code with HTTP 200, and the bank's action codes (facts of the public clients; docs/wire/rbs.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ERRORS: Final[dict[str, tuple[int, str, str]]] = {
    "order_used": (1, "Заказ с таким номером уже обработан", "Order with this number is already processed"),
    "id_expected": (1, "Ожидается [orderId] или [orderNumber]", "[orderId] or [orderNumber] is expected"),
    "client_expected": (1, "Не указан номер клиента", "[clientId] is empty"),
    "declined": (2, "Платёж отклонён", "Payment is declined"),
    "no_bindings": (2, "Информация не найдена", "No information found"),
    "binding_unknown": (2, "Связка не найдена", "Binding not found"),
    "currency": (3, "Неизвестная валюта", "Unknown currency"),
    "number_empty": (4, "Номер заказа не может быть пуст", "Order number is empty"),
    "amount_empty": (4, "Отсутствует сумма", "Empty amount"),
    "url_empty": (4, "URL возврата не может быть пуст", "Return URL is empty"),
    "order_empty": (4, "Не указан номер заказа в платёжной системе", "Order id is empty"),
    "value": (5, "Неверно указано значение одного из параметров", "One of the parameters has an incorrect value"),
    "amount_wrong": (5, "Неверно указана сумма", "Incorrect amount"),
    "deposit_too_large": (5, "Сумма завершения больше удержанной", "Deposit amount exceeds the held amount"),
    "access": (5, "Доступ запрещён", "Access denied"),
    "order_unknown": (6, "Незарегистрированный OrderId", "Unknown order id"),
    "number_unknown": (6, "Неверный номер заказа", "Wrong order number"),
    "binding_active": (6, "Связка активна", "Binding is active"),
    "binding_inactive": (6, "Связка неактивна", "Binding is not active"),
    "expiry_wrong": (6, "Неверный срок действия карты", "Wrong expiration date"),
    "system": (7, "Системная ошибка", "System error"),
    "state": (7, "Платёж должен быть в корректном состоянии", "Payment must be in a correct state"),
    "refund_too_large": (7, "Сумма возврата превышает сумму списания", "Refund amount exceeds the deposited amount"),
}
SUCCESS: Final = {"ru": "Успешно", "en": "Success"}
BY_CODE: Final = {1: "order_used", 2: "declined", 3: "currency", 4: "amount_empty", 5: "access", 6: "order_unknown", 7: "system"}

ACTIONS: Final[dict[int, tuple[str, str]]] = {
    0: ("Запрос успешно обработан", "Request processed successfully"),
    -100: ("Не было попыток оплаты", "No payment attempts"),
    -2006: ("Отказ эмитента провести аутентификацию 3DS", "3DS authentication is declined by the issuer"),
    -2007: ("Истёк срок ожидания ввода данных", "Payment time has expired"),
    100: ("Ограничение по карте", "Card limitation"),
    101: ("Истёк срок действия карты", "Card is expired"),
    116: ("Недостаточно средств на карте", "Not enough money"),
    208: ("Карта утеряна", "Card is lost"),
}
REFUSED: Final = {"insufficient_funds": 116, "card_expired": 101, "card_lost": 208, "general_decline": 100, "check_failed": -2006}


@dataclass(eq=False)
class RbsError(Exception):
    """A key of `ERRORS`."""

    key: str

    @property
    def code(self) -> int:
        return ERRORS[self.key][0]

    def text(self, language: str) -> str:
        _, russian, english = ERRORS[self.key]
        return english if language == "en" else russian


def by_code(value: object) -> RbsError:
    """The refusal that a fault names by its number; a system error where it names none."""
    text = str(value)
    return RbsError(BY_CODE.get(int(text), "system") if text.isascii() and text.isdecimal() else "system")


def action_text(code: int, language: str) -> str:
    return ACTIONS[code][1 if language == "en" else 0]
