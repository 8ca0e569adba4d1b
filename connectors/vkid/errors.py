"""Turns every error of VK ID, at the callback or in an answer of any status, into one of the eight with a Russian sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Never

import httpx

from connectors.kit.answers import any_json, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable

OURS = "School Hub подключён к VK ID с ошибкой. Войдите через Госуслуги и сообщите об этом школе."
AGAIN = "Вход занял слишком много времени или уже был использован. Войдите через VK ID ещё раз."
DOWN = "VK ID сейчас не отвечает. Попробуйте через несколько минут или войдите через Госуслуги."
BUSY = "VK ID просит подождать: слишком много входов сразу. Попробуйте через несколько минут или войдите через Госуслуги."
REFUSED = (
    "Вы не разрешили вход через VK ID, и мы не узнали, кто вы. Ничего не изменилось: можно попробовать ещё раз или выбрать другой вход."
)
SIGN_IN_AGAIN = "Вход через VK ID закончился. Войдите ещё раз."
ASKS = "VK ID хочет, чтобы вы подтвердили вход на его странице. Войдите через VK ID ещё раз."
NOT_ALLOWED = "VK ID не разрешил передать нам нужные сведения. Войдите ещё раз и согласитесь на передачу данных."
UNKNOWN = "VK ID отказал во входе. Попробуйте ещё раз; если не поможет, войдите через Госуслуги."
UNREADABLE = "VK ID ответил не так, как обещает. Попробуйте позже или войдите через Госуслуги."

SENTENCES: Mapping[str, str] = {
    "access_denied": REFUSED,
    "invalid_token": SIGN_IN_AGAIN,
    "invalid_grant": AGAIN,
    "login_required": ASKS,
    "interaction_required": ASKS,
    "consent_required": ASKS,
    "account_selection_required": ASKS,
    "server_error": DOWN,
    "temporarily_unavailable": DOWN,
    "slow_down": BUSY,
    "invalid_client": OURS,
    "invalid_request": OURS,
    "invalid_scope": OURS,
    "unauthorized_client": OURS,
    "unsupported_grant_type": OURS,
    "unsupported_response_type": OURS,
}
"""By the word in `error`; RFC 6749 and OpenID words that VK's documents do not list stand beside its own."""

_UNAVAILABLE = frozenset({"server_error", "temporarily_unavailable"})
_AUTH_EXPIRED = frozenset(
    {"invalid_token", "invalid_grant", "login_required", "interaction_required", "consent_required", "account_selection_required"}
)
# What `invalid_request` means stands in the description only; VK's own iOS client knows a dead refresh token by it.
_DESCRIPTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(refresh|access)_token\b"), SIGN_IN_AGAIN),
    (re.compile(r"\bdevice_id\b"), SIGN_IN_AGAIN),
    (re.compile(r"\bverifier\b|\bcode_verifier\b"), AGAIN),
    (re.compile(r"\bcode_challenge"), OURS),
    (re.compile(r"\bcode\b"), AGAIN),
)


def of_oauth(system: str, error: str, description: str, *, after_s: float | None = None) -> ConnectorError:
    """One of the eight for an error of VK ID. The description only decides what `invalid_request` is; it is never shown."""
    word = error if re.fullmatch(r"[a-z_]{1,40}", error) else "error"
    text = SENTENCES.get(word, UNKNOWN)
    if word == "slow_down":
        return RateLimited(system, word, after_s=after_s, text=text)
    if word in _UNAVAILABLE:
        return Unavailable(system, word, text=text)
    if word in _AUTH_EXPIRED:
        return AuthExpired(system, word, text=text)
    if word == "access_denied":
        return AccessDenied(system, word, text=text)
    if word == "invalid_request":
        text = next((meant for pattern, meant in _DESCRIPTIONS if pattern.search(description.lower())), OURS)
        if text != OURS:
            return AuthExpired(system, word, text=text)
    return Rejected(system, word, text)


@contextmanager
def explained() -> Iterator[None]:
    """Gives a sentence to an error that arose below us: no answer, or one that could not be read."""
    try:
        yield
    except ConnectorError as error:
        error.text = error.text or (UNREADABLE if isinstance(error, Drifted) else DOWN)
        raise


def raise_error(system: str, response: httpx.Response) -> None:
    """Raises for an answer that is an error. VK ID sends its envelope with 200 too, so the key decides before the status does."""
    body = any_json(response.content)
    if isinstance(body, dict) and isinstance(body.get("error"), str):
        raise of_oauth(system, body["error"], str(body.get("error_description", "")), after_s=retry_after(response))
    if response.status_code != 200:
        _raise_by_status(system, response)
    if isinstance(body, dict) and "error" in body:
        raise Drifted(system, "$.error", "not a word", text=UNREADABLE)


_BY_STATUS: Mapping[int, Callable[[str, str], ConnectorError]] = {
    401: lambda system, detail: AuthExpired(system, detail, text=SIGN_IN_AGAIN),
    403: lambda system, detail: AccessDenied(system, detail, text=NOT_ALLOWED),
    404: lambda system, detail: NotFound(system, detail, text=UNKNOWN),
}


def _raise_by_status(system: str, response: httpx.Response) -> Never:
    status = response.status_code
    if status in _BY_STATUS:
        raise _BY_STATUS[status](system, str(status))
    if status == 429:
        raise RateLimited(system, "429", after_s=retry_after(response), text=BUSY)
    if status >= 500:
        raise Unavailable(system, str(status), text=DOWN)
    raise Drifted(system, "status", str(status), text=UNREADABLE)
