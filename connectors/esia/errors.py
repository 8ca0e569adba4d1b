"""Turns every ESIA-00xxxx, at the callback, at `te` and at REST, into one of the eight with a Russian sentence for the parent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Never

import httpx

from connectors.kit.answers import any_json, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable

_CODE = re.compile(r"\bESIA-(0[0-9]{5})\b")

OURS = "School Hub подключён к Госуслугам с ошибкой. Войти сейчас нельзя; сообщите об этом школе и назовите код."
AGAIN = "Вход занял слишком много времени или уже был использован. Войдите через Госуслуги ещё раз."
DOWN = "Госуслуги сейчас не отвечают или на обслуживании. Попробуйте через несколько минут."
REFUSED = "Вы не разрешили передать данные. Без них портал не узнает, чей вы родитель; можно войти ещё раз и согласиться."
UNCONFIRMED = (
    "Для этого нужна подтверждённая учётная запись Госуслуг. Подтвердите её через банк, в МФЦ или электронной подписью и войдите снова."
)
NOT_ALLOWED = "Госуслуги не разрешили передать нам нужные сведения. Войдите ещё раз и согласитесь на передачу всех данных из списка."
CLOCK = "Часы портала и Госуслуг расходятся, поэтому вход не удался. Попробуйте через минуту; если не поможет, сообщите школе."
CODE_NOT_SENT = "Госуслуги не смогли прислать код подтверждения. Попробуйте позже или смените способ подтверждения в их настройках."
FOREIGN = "Вы вошли в Госуслуги от имени другой организации. Выберите вход как частное лицо."
SIGN_IN_AGAIN = "Вход через Госуслуги закончился. Войдите ещё раз."
UNKNOWN = "Госуслуги отказали во входе. Попробуйте ещё раз; если не поможет, сообщите школе код ошибки."
UNREADABLE = "Госуслуги ответили не так, как обещают. Попробуйте позже; если не поможет, сообщите школе."
GOST_TOKEN = (
    "Госуслуги подписали ответ по ГОСТ, а портал настроен на RS256. Сообщите школе: на портале Госуслуг для системы нужно выбрать RS256."
)

SENTENCES: Mapping[str, str] = {
    "ESIA-005011": SIGN_IN_AGAIN,  # invalid token
    "ESIA-005013": SIGN_IN_AGAIN,  # expired token
    "ESIA-005029": NOT_ALLOWED,  # scope not allowed
    "ESIA-007002": OURS,  # the certificate does not match the mnemonic
    "ESIA-007003": OURS,  # a parameter is missing, doubled or wrong
    "ESIA-007004": REFUSED,
    "ESIA-007005": OURS,  # the client may not use this method
    "ESIA-007006": OURS,  # bad scope
    "ESIA-007007": DOWN,  # internal error
    "ESIA-007008": DOWN,  # overloaded or maintenance
    "ESIA-007009": OURS,  # unsupported response type
    "ESIA-007011": AGAIN,  # code or refresh token invalid, expired, of another client or redirect
    "ESIA-007012": OURS,  # unsupported grant
    "ESIA-007013": OURS,  # no scope
    "ESIA-007014": OURS,  # a mandatory parameter is missing
    "ESIA-007015": CLOCK,  # wrong time of the request
    "ESIA-007019": NOT_ALLOWED,
    "ESIA-007023": OURS,  # redirect_uri not allowed
    "ESIA-007038": OURS,  # a parameter cannot be read
    "ESIA-007039": OURS,  # PKCE
    "ESIA-007040": OURS,  # PKCE
    "ESIA-007046": CODE_NOT_SENT,
    "ESIA-007053": OURS,  # client_secret is wrong
    "ESIA-007055": UNCONFIRMED,
    "ESIA-007060": OURS,  # roles
    "ESIA-007061": OURS,  # obj_type
    "ESIA-007062": OURS,  # role
    "ESIA-007194": FOREIGN,
    "ESIA-008010": OURS,  # client authentication failed
}
CONSENT_CODES = re.compile(r"ESIA-0367[0-9]{2}")

_UNAVAILABLE = frozenset({"ESIA-007007", "ESIA-007008"})
_AUTH_EXPIRED = frozenset({"ESIA-005011", "ESIA-005013", "ESIA-007011"})
_ACCESS_DENIED = frozenset({"ESIA-005029", "ESIA-007004", "ESIA-007019", "ESIA-007055", "ESIA-007194"})
# RFC 6749 4.1.2.1 and 5.2, for a description without a code of ESIA's own.
_OAUTH: Mapping[str, tuple[type[ConnectorError], str]] = {
    "access_denied": (AccessDenied, REFUSED),
    "invalid_grant": (AuthExpired, AGAIN),
    "invalid_token": (AuthExpired, SIGN_IN_AGAIN),
    "server_error": (Unavailable, DOWN),
    "temporarily_unavailable": (Unavailable, DOWN),
}


def sentence(code: str) -> str:
    """What to tell the parent about one of ESIA's codes; an unlisted code has a general sentence."""
    return SENTENCES.get(code) or (NOT_ALLOWED if CONSENT_CODES.fullmatch(code) else UNKNOWN)


def of_code(system: str, code: str) -> ConnectorError:
    """One of the eight for `ESIA-00xxxx`; the code decides, whatever the OAuth error beside it says (007053 comes as access_denied)."""
    text = sentence(code)
    if code in _UNAVAILABLE:
        return Unavailable(system, code, text=text)
    if code in _AUTH_EXPIRED:
        return AuthExpired(system, code, text=text)
    if code in _ACCESS_DENIED or CONSENT_CODES.fullmatch(code):
        return AccessDenied(system, code, text=text)
    return Rejected(system, code, text)


def of_oauth(system: str, error: str, description: str) -> ConnectorError:
    """One of the eight for an OAuth error; of the free description only ESIA's code is used."""
    found = _CODE.search(description) or _CODE.search(error)
    if found:
        return of_code(system, f"ESIA-{found.group(1)}")
    word = error if re.fullmatch(r"[a-z_]{1,40}", error) else "error"
    if word in _OAUTH:
        kind, text = _OAUTH[word]
        return kind(system, word, text=text)
    return Rejected(system, word, UNKNOWN)


@contextmanager
def explained() -> Iterator[None]:
    """Gives a sentence to an error that arose below us: no answer, or one that could not be read."""
    try:
        yield
    except ConnectorError as error:
        error.text = error.text or (UNREADABLE if isinstance(error, Drifted) else DOWN)
        raise


def raise_token_error(system: str, response: httpx.Response) -> None:
    """Raises for an answer of the token endpoint that is no 200."""
    if response.status_code == 200:
        return
    body = any_json(response.content)
    if response.status_code != 429 and isinstance(body, dict) and isinstance(body.get("error"), str):
        raise of_oauth(system, body["error"], str(body.get("error_description", "")))
    _raise_by_status(system, response)


def raise_rest_error(system: str, response: httpx.Response) -> None:
    """Raises for a REST answer that is no 200; the envelope `{code, message}` sometimes comes inside a list."""
    if response.status_code == 200:
        return
    body = any_json(response.content)
    if isinstance(body, list) and body:
        body = body[0]
    found = _CODE.search(str(body.get("code", ""))) if isinstance(body, dict) else None
    if found and response.status_code != 429:
        raise of_code(system, f"ESIA-{found.group(1)}")
    _raise_by_status(system, response)


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
        raise RateLimited(system, "429", after_s=retry_after(response), text=DOWN)
    if status >= 500:
        raise Unavailable(system, str(status), text=DOWN)
    raise Drifted(system, "status", str(status), text=UNREADABLE)
