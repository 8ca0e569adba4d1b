"""What fills the placeholders of the recorded session."""

from __future__ import annotations

from tests.sandbox.stand import Stand


def values(cabinet: Stand) -> dict[str, str]:
    monday, _ = cabinet.town.week()
    year, week, _ = monday.isocalendar()
    account = cabinet.account()
    return {
        "snils": str(account["snils"]),
        "password": str(account["password"]),
        "wrong_password": "wrong",
        "week": f"{year}-W{week:02d}",
        "day": monday.isoformat(),
        "month": f"{monday:%Y-%m}",
    }
