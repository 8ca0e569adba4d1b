"""Every error as an RFC 9457 problem: status, stable type, and a Russian sentence that says what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.errors import ConnectorError
from device_ingest.errors import IngestError
from hub.errors.devices import not_taken
from hub.errors.problem import INTERNAL, TYPES, Problem, busy, no_space
from hub.errors.refused import REFUSALS, refused
from hub.errors.systems import OUTSIDE, TITLES, failed
from hub.flows.refusals import Reason, Refused
from hub.store.database import Closed, NoSpace, Overloaded, StorageError
from identity import errors as identity

__all__ = ["INTERNAL", "TITLES", "TYPES", "Problem", "explained", "http_problem", "problem_of"]

_IDENTITY: Mapping[type[identity.IdentityError], Reason] = {
    identity.NotFound: Reason.NOT_FOUND,
    identity.LastStrongIdentity: Reason.LAST_STRONG_IDENTITY,
    identity.AlreadyLinked: Reason.ALREADY_BOUND,
    identity.NotFresh: Reason.NOT_FRESH,
    identity.NotAllowed: Reason.NOT_ALLOWED_YET,
}

_NOT_ALLOWED: Mapping[str, Reason] = {
    "own_family": Reason.OWN_FAMILY,
    "same_officer": Reason.SAME_OFFICER,
    "wrong_state": Reason.ALREADY_DECIDED,
    "no_document": Reason.NO_DOCUMENT,
}


def problem_of(error: BaseException) -> Problem:
    """The problem for any error; an unforeseen one is a plain 500 that tells nothing of its inside."""
    if isinstance(error, Refused):
        return refused(error)
    if isinstance(error, ConnectorError):
        return failed(error)
    if isinstance(error, identity.NotAllowed):
        return refused(Refused(_NOT_ALLOWED.get(error.reason, Reason.FORBIDDEN), more={"reason": error.reason}))
    for kind, reason in _IDENTITY.items():
        if isinstance(error, kind):
            return refused(Refused(reason, more={"reason": error.reason} if isinstance(error, identity.NotAllowed) else {}))
    if isinstance(error, identity.SignInContention):
        return busy(1)
    if isinstance(error, IngestError):
        return not_taken(error)
    if isinstance(error, Overloaded):
        return busy(error.retry_after_s)
    if isinstance(error, NoSpace):
        return no_space(30)
    if isinstance(error, Closed | StorageError):
        return busy(5)
    return INTERNAL


_HTTP: Mapping[int, tuple[str, str, str]] = {
    400: ("malformed", "Запрос не понят", "Проверьте адрес и данные запроса."),
    404: ("not_found", "Такой страницы нет", "Проверьте адрес или вернитесь на главную страницу."),
    405: ("method_not_allowed", "Так сюда не обращаются", "Этот адрес не принимает такой метод запроса."),
    413: ("too_large", "Слишком большой запрос", "Тело запроса больше 1 МиБ."),
    415: ("media_type", "Неизвестный вид данных", "Отправьте JSON с Content-Type: application/json."),
    421: ("misdirected", "Не тот адрес", "Этот сервис отвечает только по своему адресу."),
    422: ("malformed", "Запрос не понят", "Проверьте, что заполнено, и отправьте ещё раз."),
    429: ("too_many", "Слишком много запросов", "Подождите немного и повторите."),
}


def http_problem(status: int) -> Problem:
    """The problem of a bare HTTP status."""
    if status >= 500:
        return INTERNAL
    slug, title, detail = _HTTP.get(status, ("refused", "Запрос отклонён", "Проверьте адрес и данные запроса."))
    return Problem(status=status, slug=slug, title=title, detail=detail)


def explained() -> Mapping[str, tuple[str, str]]:
    """Every problem type with its title and sentence, for the pages behind the type addresses."""
    pages = {slug: (title, detail) for slug, title, detail in _HTTP.values()}
    pages |= {reason.value: (title, detail) for reason, (_, title, detail) in REFUSALS.items()}
    pages |= {kind.code: (title.format(system="Внешняя система"), detail) for kind, (_, title, detail) in OUTSIDE.items()}
    pages |= {problem.slug: (problem.title, problem.detail) for problem in (INTERNAL, busy(1), no_space(30))}
    return pages
