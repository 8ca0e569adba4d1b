"""A person's profile as a token opens it, and the masked one that an id_token opens."""

from __future__ import annotations

import re
from typing import Any

from sandbox.vkid.state import Account, Switches
from sandbox.vkid.wire.scopes import BASIC

AVATAR = "https://vk.ru/images/camera_200.png"
SEXES = {"F": 1, "M": 2}
PHONES = {"7": "7{}", "8": "8{}", "+7": "+7 ({0[0]}{0[1]}{0[2]}) {0[3]}{0[4]}{0[5]}-{0[6]}{0[7]}-{0[8]}{0[9]}"}


def user(account: Account, scopes: tuple[str, ...], switches: Switches) -> dict[str, Any]:
    """`user_id` is text here, though a number in the token answer; a field without its right, or without a value, is absent."""
    told: dict[str, Any] = {"user_id": str(account.user_id)}
    if BASIC in scopes:
        told |= {
            "first_name": account.first_name,
            "last_name": account.last_name,
            "avatar": AVATAR,
            "sex": SEXES.get(account.sex, 0),
            "verified": False,
        }
        if switches.birthday != "absent":
            told["birthday"] = f"{account.birthday:%d.%m.%Y}" if switches.birthday == "full" else f"{account.birthday:%d.%m}"
    if "phone" in scopes and account.phone:
        told["phone"] = PHONES[switches.phone_format].format(national(account.phone))
    if "email" in scopes and account.email:
        told["email"] = account.email
    return told


def public_user(account: Account) -> dict[str, Any]:
    """First name, first letter of the last one, and what is left of phone and e-mail."""
    told: dict[str, Any] = {
        "user_id": str(account.user_id),
        "first_name": account.first_name,
        "last_name": f"{account.last_name[:1]}.",
        "avatar": AVATAR,
    }
    if account.phone:
        told["phone"] = f"+7 *** *** ** {account.phone[-2:]}"
    if account.email:
        name, _, host = account.email.partition("@")
        told["email"] = f"{name[:2]}***@{host}"
    return told


def national(phone: str) -> str:
    """The last ten digits."""
    return re.sub(r"\D", "", phone)[-10:]
