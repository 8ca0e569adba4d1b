"""Numbered errors; each call has its own words for some of them (the gateway's page «Ответ сервера и коды ошибок»)."""

from __future__ import annotations

from typing import Final

PARAMETERS, PASSWORD, MONEY, ADDRESS, DATE, FORBIDDEN, PHONE, DELIVERY, OFTEN = range(1, 10)
TEXTS: Final = {
    PARAMETERS: "parameters error",
    PASSWORD: "authorise error",
    MONEY: "not enough money",
    ADDRESS: "IP-address is temporarily blocked",
    DATE: "invalid date format",
    FORBIDDEN: "message is denied",
    PHONE: "invalid number",
    DELIVERY: "can't be delivered",
    OFTEN: "too many requests",
}


class SmscError(Exception):
    """`message_id` is told back where the client gave one."""

    def __init__(self, code: int, why: str = "", message_id: str = "") -> None:
        super().__init__(TEXTS[code])
        self.code = code
        self.text = f"{TEXTS[code]} ({why})" if why else TEXTS[code]
        self.message_id = message_id
