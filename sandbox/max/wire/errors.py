"""MAX's error envelope: an HTTP status with a dotted code and an English sentence."""

from __future__ import annotations

from typing import Any

STATUSES = {
    "verify.token": 401,
    "proto.payload": 400,
    "attachment.not.ready": 400,
    "chat.denied": 403,
    "access.denied": 403,
    "dialog.suspended": 403,
    "chat.not.found": 404,
    "dialog.not.found": 404,
    "message.not.found": 404,
    "not.found": 404,
    "too.many.requests": 429,
    "internal.error": 500,
    "service.unavailable": 503,
}
ADMINS_ONLY = "Method is available only for chat administrator"


class MaxError(Exception):
    """A refusal; an unknown code is a bad request."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status or STATUSES.get(code, 400)

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": str(self)}


def bad(message: str) -> MaxError:
    return MaxError("proto.payload", message)


def not_admin() -> MaxError:
    return MaxError("chat.denied", ADMINS_ONLY)
