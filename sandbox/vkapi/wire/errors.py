"""VK's error envelope: a number, its text, and what was asked without the token; the HTTP status is always 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXTS = {
    1: "Unknown error occurred",
    2: "Application is disabled. Enable your application or use test mode",
    3: "Unknown method passed",
    5: "User authorization failed: invalid access_token (4).",
    6: "Too many requests per second",
    7: "Permission to perform this action is denied",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    12: "Unable to compile code",
    13: "Runtime error occurred during code invocation",
    14: "Captcha needed",
    15: "Access denied",
    17: "Validation required: please open redirect_uri in browser",
    18: "User was deleted or banned",
    24: "Confirmation required",
    27: "Group authorization failed: method is unavailable with group auth.",
    28: "Application authorization failed: method is unavailable with service token.",
    29: "Rate limit reached",
    43: "This section is temporary unavailable",
    100: "One of the parameters specified was missing or invalid",
    103: "Out of limits",
    104: "Not found",
    113: "Invalid user id",
    125: "Invalid group id",
    900: "Can't send messages for users from blacklist",
    901: "Can't send messages for users without permission",
    902: "Can't send messages to this user due to their privacy settings",
    914: "Message is too long",
    917: "You don't have access to this chat",
    919: "You can't see invite link for this chat",
    922: "You left this chat",
    925: "You are not admin of this chat",
    927: "Chat does not exist",
    931: "You can't change invite link for this chat",
    932: "Your community can't interact with this peer",
    935: "User not found in chat",
    936: "Contact not found",
    939: "Message request already sent",
    945: "Chat was disabled",
    946: "Chat not supported",
    947: "Can't add user to chat, because user has no access to group",
}
CAPTCHA_SID = "239633676097"


class VkError(Exception):
    """What the method refuses; `detail` follows VK's own text after a colon, `more` are fields beside it."""

    def __init__(self, code: int, detail: str = "", **more: Any) -> None:
        text = TEXTS.get(code, TEXTS[1])
        super().__init__(f"{text}: {detail}" if detail else text)
        self.code = code
        self.more = more

    @classmethod
    def captcha(cls, image: str) -> VkError:
        """Error 14 as the Android client knows it."""
        return cls(
            14, captcha_sid=CAPTCHA_SID, captcha_img=image, captcha_ts=1763629200.123, captcha_attempt=1,
            captcha_ratio=2.6, is_refresh_enabled=True, is_sound_captcha_available=True,
        )  # fmt: skip

    @classmethod
    def bad(cls, detail: str) -> VkError:
        return cls(100, detail)

    def envelope(self, method: str, params: Mapping[str, str]) -> dict[str, Any]:
        """`request_params` never hold the token."""
        asked = [{"key": name, "value": value} for name, value in params.items() if name != "access_token"]
        shown = [*asked, {"key": "method", "value": method}, {"key": "oauth", "value": "1"}]
        return {"error": {"error_code": self.code, "error_msg": str(self), **self.more, "request_params": shown}}
