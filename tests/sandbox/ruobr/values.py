"""What fills the placeholders of the recorded sessions."""

from __future__ import annotations

import base64

from sandbox.ruobr.wire.mail import HTML_LETTER, letters
from tests.sandbox.stand import Stand


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def values(platform: Stand) -> dict[str, str]:
    monday, saturday = platform.town.week()
    account = platform.account()
    mail = letters(platform.town, platform.parent, [platform.child])
    return {
        "username": coded(str(account["login"]).upper()),
        "password": coded(str(account["password"])),
        "wrong_username": coded("NOBODY"),
        "wrong_password": coded("wrong"),
        "child": str(platform.account(platform.child)["id"]),
        "start": monday.isoformat(),
        "end": saturday.isoformat(),
        "today": "2026-11-20",
        "letter": next(str(it.id) for it in mail if it.type_id != HTML_LETTER),
        "html_letter": next(str(it.id) for it in mail if it.type_id == HTML_LETTER),
    }
