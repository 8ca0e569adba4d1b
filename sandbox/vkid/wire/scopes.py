"""The rights that an app may ask for."""

from __future__ import annotations

from sandbox.vkid.wire.errors import VkError

BASIC = "vkid.personal_info"
WORDS = {
    BASIC: "имя, фамилия, фото, пол и дата рождения",
    "email": "электронная почта",
    "phone": "номер телефона",
}
# Given to an app by VK's support only; asking for them without that changes nothing.
EXTENDED = ("friends", "video", "photos", "groups", "docs", "notes", "stats", "market", "stories", "notifications")
KNOWN = (*WORDS, *EXTENDED)
OPTIONAL = ("email", "phone")


def asked_scopes(text: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """The basic right always, the others in VK's order as far as the app was given them; an unknown name is an error."""
    names = set(text.replace("+", " ").split())
    if names - set(KNOWN):
        raise VkError("invalid_scope")
    return tuple(name for name in KNOWN if name == BASIC or (name in names and name in given))
