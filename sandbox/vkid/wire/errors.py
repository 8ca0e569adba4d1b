"""VK ID's errors: one envelope for the browser's way back and for the token addresses."""

from __future__ import annotations

# Texts about device_id, access_token, refresh_token and verifier are quoted from the real service and from clients that
# compare them letter by letter. The others follow their pattern. The code list is that of VK's own SDKs: it has no invalid_grant.
STATUSES = {
    "access_denied": 403,
    "interaction_required": 400,
    "invalid_client": 401,
    "invalid_request": 400,
    "invalid_scope": 400,
    "invalid_token": 401,
    "login_required": 400,
    "server_error": 500,
    "slow_down": 429,
    "temporarily_unavailable": 503,
}
TEXTS = {
    "access_denied": "User denied access",
    "interaction_required": "User interaction is required",
    "invalid_client": "client_id is missing or invalid",
    "invalid_request": "Request is invalid",
    "invalid_scope": "scope is invalid",
    "invalid_token": "access_token is missing or invalid",
    "login_required": "User is not logged in",
    "server_error": "Internal server error",
    "slow_down": "Too many requests",
    "temporarily_unavailable": "Service is temporarily unavailable",
}


class VkError(Exception):
    """`error` is one of the codes above, `description` VK's text, `retry_after` the header's seconds."""

    def __init__(self, error: str, description: str | None = None, *, retry_after: str | None = None) -> None:
        self.error = error
        self.retry_after = retry_after
        self.description = TEXTS[error] if description is None else description
        super().__init__(f"{error}: {self.description}")

    @property
    def status(self) -> int:
        """The HTTP status where errors are told with one."""
        return STATUSES[self.error]

    def parameters(self, state: str | None) -> dict[str, str]:
        """The state of the very request is echoed, where it had one."""
        told = {"error": self.error, "error_description": self.description}
        return told if state is None else told | {"state": state}


def wrong(name: str) -> VkError:
    """VK's usual sentence about a parameter."""
    return VkError("invalid_request", f"{name} is missing or invalid")


DEVICE_ID = "device_id is invalid"
BAD_REFRESH = "refresh_token"
BAD_VERIFIER = "verifier"


class PageError(VkError):
    """An error that cannot go back to the app, since neither app nor address can be trusted."""
