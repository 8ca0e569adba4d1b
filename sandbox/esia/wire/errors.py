"""ESIA's error codes, and the three shapes in which they are told: in a redirect, in the token answer, in REST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`error` is OAuth's word, `text` follows the code in error_description, `status` is the token endpoint's HTTP status."""

    error: str
    text: str
    status: int = 400


# Texts of 007004, 007005, 007011, 007014, 007019 and 007053 are quoted in public threads; the others follow RFC 6749's wording.
# Public threads show 400 at the token endpoint; which codes come with 401 is not confirmed, here those of client authentication.
ROWS = {
    "007002": Row(error="invalid_client", text="The client certificate is not registered or does not match the client.", status=401),
    "007003": Row(
        error="invalid_request",
        text="The request is missing a required parameter, includes an invalid parameter value or includes a parameter more than once.",
    ),
    "007004": Row(error="access_denied", text="The resource owner or authorization server denied the request."),
    "007005": Row(error="unauthorized_client", text="The client is not authorized to request an access token using this method."),
    "007006": Row(error="invalid_scope", text="The requested scope is invalid, unknown, or malformed."),
    "007007": Row(error="server_error", text="The authorization server encountered an unexpected condition."),
    "007008": Row(
        error="temporarily_unavailable",
        text="The authorization server is currently unable to handle the request due to a temporary overloading or maintenance.",
    ),
    "007009": Row(
        error="unsupported_response_type",
        text="The authorization server does not support obtaining an access token using this method.",
    ),
    "007011": Row(
        error="invalid_grant",
        text="The provided authorization grant or refresh token is invalid, expired, revoked, does not match the redirection URI"
        " used in the authorization request, or was issued to another client.",
    ),
    "007012": Row(error="unsupported_grant_type", text="The authorization grant type is not supported by the authorization server."),
    "007013": Row(error="invalid_scope", text="The request does not contain the scope."),
    "007014": Row(error="invalid_request", text="The request doesn't contain the mandatory parameter"),
    "007015": Row(error="invalid_request", text="The request time is invalid."),
    "007019": Row(error="access_denied", text="OAuthErrorEnum.noGrants"),
    "007023": Row(error="invalid_request", text="The redirect_uri is not among those allowed for the client."),
    "007038": Row(error="invalid_request", text="The parameters of the request cannot be read."),
    "007039": Row(error="invalid_request", text="The parameter code_challenge was not given in the authorization request."),
    "007040": Row(error="invalid_grant", text="The code_verifier does not match the code_challenge."),
    "007046": Row(error="access_denied", text="The one-time password is required and cannot be requested for this user."),
    "007053": Row(error="access_denied", text="OAuthErrorEnum.clientSecretWrong", status=401),
    "007055": Row(error="access_denied", text="The user account is not confirmed."),
    "007060": Row(error="invalid_request", text="The value of the parameter roles is invalid."),
    "007061": Row(error="invalid_request", text="The value of the parameter obj_type is invalid."),
    "007062": Row(error="access_denied", text="The type or the role of the user is not among the requested ones."),
    "007194": Row(error="access_denied", text="The user is not an employee of the organization whose scope is requested."),
    "008010": Row(error="invalid_client", text="The client authentication failed.", status=401),
    "036700": Row(error="invalid_request", text="The mnemonic of the permission type is not given."),
    "036705": Row(error="invalid_request", text="The permission names no action."),
    "036707": Row(error="invalid_request", text="The permission names no purpose."),
    "036716": Row(error="invalid_request", text="The expiry of the permission is invalid."),
    "036727": Row(error="invalid_request", text="The permission must name one purpose."),
}

# The person's own language on the page; the rest of the rows never reach a page.
PAGE_TEXTS = {
    "007002": "Информационная система с такой мнемоникой не зарегистрирована, или её сертификат не найден.",
    "007003": "В запросе неверный или повторяющийся параметр.",
    "007008": "Сервис временно недоступен. Попробуйте позже.",
    "007011": "Запрос на вход устарел. Вернитесь на сайт, с которого вы пришли, и начните вход заново.",
    "007014": "В запросе нет обязательного параметра.",
    "007023": "Адрес возврата, указанный в запросе, не входит в список разрешённых для этой системы.",
}


class EsiaError(Exception):
    """An error of the OAuth part; `detail` is the parameter in square brackets that ESIA adds to 007014."""

    def __init__(self, number: str, detail: str = "") -> None:
        super().__init__(number)
        self.number = number
        self.detail = detail

    @property
    def code(self) -> str:
        return f"ESIA-{self.number}"

    @property
    def row(self) -> Row:
        return ROWS[self.number]

    @property
    def description(self) -> str:
        detail = f" [{self.detail}]." if self.detail else ""
        return f"{self.code}: {self.row.text}{detail}"

    def parameters(self, state: str | None) -> dict[str, str]:
        """In the order in which the real redirects carry them."""
        echoed = {"state": state} if state else {}
        return {"error_description": self.description, **echoed, "error": self.row.error}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRow:
    message: str
    status: int


REST_ROWS = {
    "005011": RestRow(message="SecurityErrorEnum.invalidToken", status=401),
    "005013": RestRow(message="SecurityErrorEnum.expiredToken", status=401),
    "005029": RestRow(message="SecurityErrorEnum.scopeNotAllowed", status=403),
    "005004": RestRow(message="DataErrorEnum.notFound", status=404),  # the real code of a missing record is not public
    "007008": RestRow(message="ServerErrorEnum.overloaded", status=429),
}


class RestError(Exception):
    """An error of the REST part."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    @property
    def status(self) -> int:
        return REST_ROWS[self.number].status

    def body(self, *, as_list: bool = False) -> Any:
        """The object that ESIA sends, sometimes wrapped in a list of one."""
        told = {"code": f"ESIA-{self.number}", "message": REST_ROWS[self.number].message}
        return [told] if as_list else told


def number_of(value: object, default: str) -> str:
    """`ESIA-007008`, `007008` and 7008 all name one row; anything else is the default."""
    digits = "".join(character for character in str(value or "") if character.isdigit())
    padded = digits.zfill(6)
    return padded if padded in ROWS or padded in REST_ROWS else default
