"""Error objects of the API: HTTP status, code, what is wrong and where."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

STATUS: Final = {
    "processing": 202, "invalid_request": 400, "not_supported": 400, "invalid_credentials": 401, "forbidden": 403, "not_found": 404,
    "gone": 410, "too_many_requests": 429, "internal_server_error": 500,
}  # fmt: skip
RETRY_MS: Final = 1800


@dataclass(eq=False)
class YooError(Exception):
    """A code of `STATUS`; `retry_after_ms` goes with too_many_requests and processing."""

    code: str
    description: str
    parameter: str | None = None
    retry_after_ms: int | None = None

    @property
    def status(self) -> int:
        return STATUS[self.code]

    def body(self) -> dict[str, Any]:
        if self.code == "processing":
            return {"type": "processing", "description": self.description, "retry_after": self.retry_after_ms or RETRY_MS}
        told: dict[str, Any] = {"type": "error", "id": str(uuid.uuid4()), "code": self.code, "description": self.description}
        if self.parameter is not None:
            told["parameter"] = self.parameter
        if self.retry_after_ms is not None:
            told["retry_after"] = self.retry_after_ms
        return told


def invalid(parameter: str, description: str) -> YooError:
    return YooError("invalid_request", description, parameter)


def no_such(kind: str) -> YooError:
    return YooError("not_found", f"Incorrect {kind}_id. {kind.capitalize()} doesn't exist or access denied", f"{kind}_id")


UNKNOWN_SHOP: Final = (
    "invalid_credentials",
    "Error in shopId or secret key. Check their validity. You can reissue a new secret key in your Merchant Profile",
    "Authorization",
)
EXPIRED: Final = "Login has failed: the secret key is revoked"
LATER: Final = "Request accepted, but not processed yet. Retry again later with the same Idempotence-Key"
