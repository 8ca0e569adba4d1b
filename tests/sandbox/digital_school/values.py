"""What fills the placeholders of the recorded session."""

from __future__ import annotations

from tests.sandbox.stand import Stand


def values(cabinet: Stand) -> dict[str, str]:
    monday, saturday = cabinet.town.week()
    account, new = cabinet.account(), cabinet.account(cabinet.stranger)
    return {
        "account": str(account["account"]),
        "password": str(account["password"]),
        "new_account": str(new["account"]),
        "auth_code": str(new["auth_code"]),
        "new_password": "Novyj-parol-1",
        "from": f"{monday:%d.%m.%Y}",
        "to": f"{saturday:%d.%m.%Y}",
        "month": f"{monday:%m.%Y}",
    }
