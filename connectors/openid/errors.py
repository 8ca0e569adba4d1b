"""Turns what a standard provider says of errors, at the callback and at its endpoints, into one of the eight with a Russian sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Never

import httpx

from connectors.kit.answers import any_json, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable

AGAIN = "Вход занял слишком много времени или уже был использован. Войдите ещё раз."
DOWN = "Эта система входа сейчас не отвечает. Попробуйте через несколько минут или войдите другим способом."
REFUSED = "Вы не разрешили войти. Можно войти ещё раз и согласиться или выбрать другой способ."
NOT_ALLOWED = "Система входа не разрешила передать нужные сведения. Войдите ещё раз и согласитесь или выберите другой способ."
OURS = "Этот способ входа подключён к порталу с ошибкой. Войдите другим способом и сообщите об этом школе."
UNKNOWN = "Система входа отказала. Попробуйте ещё раз или войдите другим способом; если не поможет, сообщите школе код ошибки."
UNREADABLE = "Система входа ответила не так, как обещает. Попробуйте позже или войдите другим способом."
FOREIGN = "Ответ пришёл не от той системы входа, куда вы уходили. Закройте лишние вкладки и начните вход заново."

_SENTENCES: Mapping[str, str] = {
    "invalid_grant": AGAIN,
    "login_required": AGAIN,
    "interaction_required": AGAIN,
    "account_selection_required": AGAIN,
    "consent_required": REFUSED,
    "invalid_client": OURS,
    "unauthorized_client": OURS,
    "invalid_request": OURS,
    "invalid_scope": OURS,
    "unsupported_response_type": OURS,
    "unsupported_grant_type": OURS,
    "request_not_supported": OURS,
}


def of_oauth(system: str, error: str) -> ConnectorError:
    """One of the eight for an OAuth error; the free description is not used, because anybody may have written it."""
    word = error if re.fullmatch(r"[a-z_]{1,40}", error) else "error"
    if word == "access_denied":
        return AccessDenied(system, word, text=REFUSED)
    if word in ("server_error", "temporarily_unavailable"):
        return Unavailable(system, word, text=DOWN)
    if word == "invalid_token":
        return AuthExpired(system, word, text=AGAIN)
    if word == "insufficient_scope":
        return AccessDenied(system, word, text=NOT_ALLOWED)
    return Rejected(system, word, _SENTENCES.get(word, UNKNOWN))


@contextmanager
def explained() -> Iterator[None]:
    """Gives a sentence to an error that arose below us: no answer, a refused address, or an answer that could not be read."""
    try:
        yield
    except Rejected as refusal:
        raise Rejected(refusal.system, refusal.reason, OURS) from refusal
    except ConnectorError as error:
        error.text = error.text or (UNREADABLE if isinstance(error, Drifted) else DOWN)
        raise


def raise_token_error(system: str, response: httpx.Response) -> None:
    """Raises for an answer of the token endpoint that is no 200 (RFC 6749 5.2)."""
    if response.status_code == 200:
        return
    body = any_json(response.content)
    if response.status_code in (400, 401) and isinstance(body, dict) and isinstance(body.get("error"), str):
        raise of_oauth(system, body["error"])
    _raise_by_status(system, response)


def raise_resource_error(system: str, response: httpx.Response) -> None:
    """Raises for an answer of userinfo that is no 200; its error stands in WWW-Authenticate (RFC 6750 3)."""
    if response.status_code == 200:
        return
    found = re.search(r'\berror="([a-z_]{1,40})"', response.headers.get("www-authenticate", ""))
    if found and response.status_code in (400, 401, 403):
        raise of_oauth(system, found.group(1))
    _raise_by_status(system, response)


def raise_document_error(system: str, response: httpx.Response) -> None:
    """Raises for a description or key set that is no 200; a redirect is not followed, whoever it leads to."""
    if response.status_code != 200:
        _raise_by_status(system, response)


def _raise_by_status(system: str, response: httpx.Response) -> Never:
    status = response.status_code
    if status == 401:
        raise AuthExpired(system, "401", text=AGAIN)
    if status == 403:
        raise AccessDenied(system, "403", text=NOT_ALLOWED)
    if status in (404, 410):
        raise NotFound(system, str(status), text=OURS)
    if status == 429:
        raise RateLimited(system, "429", after_s=retry_after(response), text=DOWN)
    if status >= 500:
        raise Unavailable(system, str(status), text=DOWN)
    raise Drifted(system, "status", str(status), text=UNREADABLE)
