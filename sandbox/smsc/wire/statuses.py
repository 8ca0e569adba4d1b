"""The gateway's numbers and names of what has become of a message."""

from __future__ import annotations

from typing import Final

from sandbox.texting.gate import Phase

NOT_FOUND: Final = -3
NUMBERS: Final = {
    Phase.WAITING: -1,
    Phase.GIVEN: 0,
    Phase.SILENT: 0,
    Phase.DELIVERED: 1,
    Phase.EXPIRED: 3,
    Phase.UNDELIVERABLE: 20,
    Phase.WRONG: 22,
    Phase.FORBIDDEN: 23,
    Phase.UNREACHABLE: 25,
}
NAMES: Final = {
    -3: "Сообщение не найдено",
    -1: "Ожидает отправки",
    0: "Передано оператору",
    1: "Доставлено",
    2: "Прочитано",
    3: "Просрочено",
    20: "Невозможно доставить",
    22: "Неверный номер",
    23: "Запрещено",
    24: "Недостаточно средств",
    25: "Недоступный номер",
}
ERRORS: Final = {Phase.EXPIRED: 6, Phase.UNDELIVERABLE: 255, Phase.WRONG: 1, Phase.FORBIDDEN: 248, Phase.UNREACHABLE: 13}
"""Codes of why a message was not delivered."""
