"""The error words of RFC 6749, 6750, 7009 and OpenID Connect Core, with the status that each has at the token endpoint."""

from __future__ import annotations

STATUSES = {
    "invalid_request": 400, "invalid_client": 401, "invalid_grant": 400, "unauthorized_client": 400, "unsupported_grant_type": 400,
    "invalid_scope": 400, "server_error": 500, "temporarily_unavailable": 503, "access_denied": 403, "unsupported_token_type": 400,
}  # fmt: skip
AUTHORIZATION = frozenset(
    {
        "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope", "server_error",
        "temporarily_unavailable", "interaction_required", "login_required", "account_selection_required", "consent_required",
        "request_not_supported", "request_uri_not_supported", "registration_not_supported", "unmet_authentication_requirements",
    }
)  # fmt: skip
BEARER = {"invalid_request": 400, "invalid_token": 401, "insufficient_scope": 403}


class OpError(Exception):
    """An error in the standard's words; where it is told depends on who raised it."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description

    @property
    def status(self) -> int:
        return STATUSES.get(self.error, 400)

    def parameters(self) -> dict[str, str]:
        return {"error": self.error, "error_description": self.description}


class PageError(OpError):
    """An error that must not go to the redirect address, because that address cannot be trusted; `text` is for the person."""

    def __init__(self, error: str, description: str, text: str) -> None:
        super().__init__(error, description)
        self.text = text


UNKNOWN_CLIENT = "Сайт, с которого вы пришли, здесь не зарегистрирован."
WRONG_ADDRESS = "Адрес возврата, указанный в запросе, не зарегистрирован для этого сайта."
BROKEN = "Запрос на вход составлен неверно. Вернитесь на сайт, с которого вы пришли, и начните вход заново."
OUTDATED = "Запрос на вход устарел. Вернитесь на сайт, с которого вы пришли, и начните вход заново."
