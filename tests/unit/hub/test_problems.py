"""Every error that a story may end with is a problem that tells a parent in Russian what happened and what to do (ARCHITECTURE 4)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from connectors.kit.errors import (
    ALL,
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    NotFound,
    RateLimited,
    Rejected,
    TimedOut,
    Unavailable,
)
from hub.errors import TYPES, Problem, explained, http_problem, problem_of
from hub.flows.refusals import Reason, Refused
from hub.store.database import Closed, Overloaded, StorageError
from identity import errors as identity

EIGHT: dict[type[ConnectorError], tuple[ConnectorError, int]] = {
    Unavailable: (Unavailable("dnevnik", "ConnectError"), 503),
    TimedOut: (TimedOut("dnevnik", "ReadTimeout"), 504),
    RateLimited: (RateLimited("dnevnik", "429", after_s=0.2), 429),
    AuthExpired: (AuthExpired("dnevnik", "invalidToken"), 409),
    AccessDenied: (AccessDenied("dnevnik", "forbidden"), 403),
    NotFound: (NotFound("dnevnik", "404"), 404),
    Rejected: (Rejected("dnevnik", "parameterInvalid", "bad <b>parameter</b>"), 422),
    Drifted: (Drifted("dnevnik", "lessons[0].works", "missing"), 502),
}
TECHNICAL = re.compile(r"Error|Timeout|<|\[|invalid|missing|Traceback|None")


def in_russian(problem: Problem) -> None:
    for text in (problem.title, problem.detail):
        assert re.search(r"[а-яё]{3}", text), text
        assert not TECHNICAL.search(text), text
    assert problem.detail.endswith("."), problem.detail


def test_the_eight_are_all_there() -> None:
    assert set(EIGHT) == set(ALL)


@pytest.mark.parametrize("kind", EIGHT, ids=lambda kind: kind.code)
def test_each_of_the_eight_is_a_problem(kind: type[ConnectorError]) -> None:
    error, status = EIGHT[kind]
    problem = problem_of(error)
    assert (problem.status, problem.type) == (status, f"{TYPES}{kind.code}")
    assert problem.more["system"] == "dnevnik"
    in_russian(problem)


def test_what_a_connector_says_in_russian_is_said_and_what_it_mutters_is_not() -> None:
    assert (
        problem_of(AccessDenied("esia", "ESIA-007004", text="Вы не разрешили передать данные.")).detail
        == "Вы не разрешили передать данные."
    )
    assert "ESIA" not in problem_of(AccessDenied("esia", "ESIA-007004")).detail
    assert problem_of(Rejected("esia", "ESIA-007053", "Сообщите школе.")).more["code"] == "ESIA-007053"


@pytest.mark.parametrize(("after_s", "header"), [(0.2, 1), (59.1, 60), (None, None)])
def test_retry_after_is_whole_seconds_and_never_none_too_few(after_s: float | None, header: int | None) -> None:
    assert problem_of(RateLimited("dnevnik", "429", after_s=after_s)).retry_after_s == header


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_has_a_status_and_words(reason: Reason) -> None:
    problem = problem_of(Refused(reason))
    assert 400 <= problem.status < 500
    assert re.fullmatch(r"[a-z_]+", problem.slug)
    in_russian(problem)


def every(kind: type[BaseException]) -> list[type[BaseException]]:
    return [one for child in kind.__subclasses__() for one in (child, *every(child))]


# What no story lets through to a visitor: damaged data and wrong keys are ours to see in the log.
INTERNAL = {"MalformedKey", "UnknownKey", "Unsealable"}


@pytest.mark.parametrize("kind", every(identity.IdentityError), ids=lambda kind: kind.__name__)
def test_every_error_of_identity_is_a_refusal_or_ours_alone(kind: type[Any]) -> None:
    problem = problem_of(kind("a secret inside") if kind is not identity.NotAllowed else kind("under_14"))
    assert (problem.status == 500) is (kind.__name__ in INTERNAL)
    assert "secret" not in f"{problem.title}{problem.detail}{problem.more}"
    in_russian(problem)


@pytest.mark.parametrize("error", [Overloaded("full", retry_after_s=7), Closed("closing"), StorageError("disk at /var/lib")])
def test_a_database_that_cannot_now_says_when_to_come_back(error: Exception) -> None:
    problem = problem_of(error)
    assert problem.status == 503
    assert problem.retry_after_s
    assert "/var" not in problem.detail


def test_an_unforeseen_error_tells_nothing_of_its_inside() -> None:
    problem = problem_of(RuntimeError("password=secret"))
    assert problem.status == 500
    assert "secret" not in f"{problem.title}{problem.detail}{problem.more}"
    in_russian(problem)


@pytest.mark.parametrize("status", [400, 404, 405, 413, 415, 421, 418, 500])
def test_what_the_server_itself_refuses_has_words_too(status: int) -> None:
    in_russian(http_problem(status))


def test_every_type_has_a_page_that_explains_it() -> None:
    slugs = {problem_of(error).slug for error, _ in EIGHT.values()} | {problem_of(Refused(reason)).slug for reason in Reason}
    assert slugs | {"internal", "busy"} <= set(explained())


@pytest.mark.parametrize("system", ["digital-school", "dnevnik", "eljur", "iv-edu", "kiasuo", "netschool", "ruobr"])
def test_a_silent_diary_is_named_as_parents_know_it(system: str) -> None:
    title = problem_of(Unavailable(system, "ConnectError")).title
    assert title.startswith("Система ") and title.endswith(" не отвечает") and system not in title


@pytest.mark.parametrize(
    "system",
    ["dnevnik", "mes", "mes-mo", "eljur", "kiasuo", "petersburg", "ruobr", "netschool", "epgu", "digital-school", "iv-edu", "my-school"],
)
def test_a_diary_is_called_by_its_name_and_not_by_our_word_for_it(system: str) -> None:
    assert re.fullmatch(r"Система [А-Яа-яЁё0-9«».\- ]+ не отвечает", problem_of(Unavailable(system, "502")).title)
