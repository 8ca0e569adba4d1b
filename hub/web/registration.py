"""Registering at a diary as pages: the form, what is waited for meanwhile, another child, and the diary's letter about a password."""

from __future__ import annotations

import re
from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from connectors.kit.credentials import FieldKind
from connectors.kit.errors import ConnectorError
from connectors.kit.registration import JoiningPort
from hub.errors import Problem, problem_of
from hub.flows import link_account, register_diary
from hub.flows.check_link import check_link
from hub.flows.refusals import Refused
from hub.flows.views.people.family import LinkView
from hub.flows.views.self_service.registration import FormView
from hub.regions import registry
from hub.web.answers import deps, page
from hub.web.diary_choice import INPUTS
from hub.web.freshness import again_here, again_unless_fresh
from hub.web.visitors import network, signed_in, signed_in_writer

routes = Blueprint("registration", __name__)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
ANSWERS = {"accept": "Принять", "decline": "Отклонить", "withdraw": "Отозвать"}
ASKED_STATES = {
    "application": {
        "open": "Ждёт решения школы: отнесите паспорт", "done": "Школа одобрила", "refused": "Школа отказала", "withdrawn": "Отозвано",
    },
    "invitation": {"open": "Школа предлагает добавить ребёнка", "done": "Принято", "refused": "Отклонено", "withdrawn": "Отозвано"},
}  # fmt: skip
_HIDDEN = frozenset({FieldKind.PASSWORD.value, FieldKind.NEW_PASSWORD.value, FieldKind.CODE.value})


@routes.get("/connect/<system>/register")
@hide
async def form(system: str) -> Response:
    """What the diary asks for from somebody who has no account there."""
    await signed_in()
    return await _register(system, child=_child(request.args.get("child", "")))


@routes.post("/connect/<system>/register")
@hide
async def register(system: str) -> Response:
    """A refusal keeps the page and what was typed, but no password and no code."""
    who = await signed_in_writer()
    given = await request.form
    child, kind = _child(given.get("child", "")), given.get("form", "")
    offered = register_diary.show_registration(deps(), system).forms
    fields = _fields(offered, kind, given)
    try:
        made = await register_diary.register(deps(), who, system, kind, fields, person=child or None, network=network())
    except (Refused, ConnectorError) as error:
        if isinstance(error, Refused) and "exits" in error.more:
            raise
        return await _register(system, child=child, problem=problem_of(error), typed=_shown(offered, kind, fields))
    return _to(f"/connect/done/{made.id}")


@routes.get("/connect/<system>/recover")
@hide
async def forgotten(system: str) -> Response:
    await signed_in()
    return await _recover(system)


@routes.post("/connect/<system>/recover")
@hide
async def recover(system: str) -> Response:
    """The page says the same whether the diary knows the address or not."""
    who = await signed_in_writer()
    given = await request.form
    asked = register_diary.show_registration(deps(), system).recovery
    fields = _fields((asked,) if asked else (), "recovery", given)
    try:
        await register_diary.start_recovery(deps(), who, system, fields, network=network())
    except (Refused, ConnectorError) as error:
        return await _recover(system, problem=problem_of(error), typed=fields)
    return await _recover(system, sent=True)


@routes.post("/connect/waiting/<link>")
@hide
async def wait(link: str) -> Response:
    """The letter's code, a look right now, or the end of the waiting."""
    who, found = await signed_in_writer(), deps()
    given = await request.form
    try:
        if given.get("cancel"):
            await link_account.unlink(found, who, link)
            return _to("/connect")
        if given.get("check"):
            done = await check_link(found, who, link)
            return _to(f"/connect/done/{done.id}" + ("?checked=1" if done.state.startswith("waiting_") else ""))
        made = await register_diary.confirm_registration(found, who, link, given.get("code", ""))
    except (Refused, ConnectorError) as error:
        problem = problem_of(error)
        if problem.slug in ("not_found", "already_bound", "wrong_credentials", "not_signed_in"):
            raise
        shown = await link_account.show_link(found, who, link)
        return await waiting_page(shown, problem) if shown.waiting else await _child_page(shown, problem)
    return _to(f"/connect/done/{made.id if made else link}")


@routes.get("/connect/child/<link>")
@hide
async def another_child(link: str) -> Response:
    """How one more child gets into an account that works."""
    return await _child_page(await link_account.show_link(deps(), await signed_in(), link))


@routes.post("/connect/child/<link>")
@hide
async def add_child(link: str) -> Response:
    """An application, a code or an answer to an invitation; then the account is looked at, so that the child is there at once."""
    who, found = await signed_in_writer(), deps()
    given = await request.form
    shown = await link_account.show_link(found, who, link)
    fields: dict[str, str] = {}
    try:
        if given.get("answer"):
            await register_diary.answer_asked(found, who, link, given.get("key", ""), given["answer"])
        else:
            fields = {name: given[name] for name in given if name not in ("csrf_token", "form")}
            await register_diary.join_child(found, who, link, given.get("form", ""), fields, network=network())
        done = await check_link(found, who, link)
    except (Refused, ConnectorError) as error:
        problem = problem_of(error)
        again = await waiting_page(shown, problem, typed=fields) if shown.waiting else await _child_page(shown, problem, typed=fields)
        again.status_code = problem.status
        return again
    return _to(f"/connect/done/{done.id}")


async def waiting_page(link: LinkView, problem: Problem | None = None, *, typed: Mapping[str, str] | None = None) -> Response:
    """Of a link or a registration that is not open yet; a link's forms are asked of the diary, and the page does without them."""
    return await _asked_page("connect/waiting.html", link, problem, typed=typed, registration=link.evidence is None)


async def _child_page(link: LinkView, problem: Problem | None = None, *, typed: Mapping[str, str] | None = None) -> Response:
    return await _asked_page("connect/child.html", link, problem, typed=typed, registration=False)


async def _asked_page(
    template: str, link: LinkView, problem: Problem | None, *, typed: Mapping[str, str] | None, registration: bool
) -> Response:
    who, found = await signed_in(), deps()
    joining, down = None, False
    if not registration and isinstance(found.diaries.get(link.system), JoiningPort):
        try:
            joining = await register_diary.show_joining(found, who, link.id)
        except ConnectorError:
            down = True
    answer = await page(
        template,
        problem.status if problem else 200,
        here="family",
        link=link,
        problem=problem,
        checked=request.args.get("checked") == "1",
        registration=registration,
        joining=joining,
        joining_down=down,
        inputs=_INPUTS,
        typed={name: text for name, text in (typed or {}).items() if name not in ("code", "password")},
        answers=ANSWERS,
        asked_states=ASKED_STATES,
        again=again_unless_fresh(found, who, f"/connect/done/{link.id}"),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


_INPUTS = {kind.value: names for kind, names in INPUTS.items()}


async def _register(system: str, *, child: str, problem: Problem | None = None, typed: Mapping[str, str] | None = None) -> Response:
    found = register_diary.show_registration(deps(), system)
    again = await again_here(deps()) if problem and problem.slug == "not_fresh" else None
    return await _page(
        system, f"Регистрация: {found.title}", found.forms, "register", problem=problem, typed=typed, child=child, again=again, fresh=True
    )


async def _recover(system: str, *, problem: Problem | None = None, typed: Mapping[str, str] | None = None, sent: bool = False) -> Response:
    found = register_diary.show_registration(deps(), system)
    forms = (found.recovery,) if found.recovery and not sent else ()
    return await _page(system, f"Не могу войти: {found.title}", forms, "recover", problem=problem, typed=typed, sent=sent)


async def _page(
    system: str,
    heading: str,
    forms: tuple[FormView, ...],
    action: str,
    *,
    problem: Problem | None,
    typed: Mapping[str, str] | None,
    child: str = "",
    again: str | None = None,
    fresh: bool = False,
    sent: bool = False,
) -> Response:
    who = await signed_in()
    answer = await page(
        "connect/register.html",
        problem.status if problem else 200,
        here="family",
        system=system,
        heading=heading,
        forms=forms,
        action=f"/connect/{system}/{action}",
        inputs=_INPUTS,
        typed=typed or {},
        problem=problem,
        child=child,
        again=again or (again_unless_fresh(deps(), who, request.path) if fresh else None),
        sent=sent,
        known=registry().systems.get(system),
    )
    answer.headers["Cache-Control"] = "no-store"
    if problem and problem.retry_after_s is not None:
        answer.headers["Retry-After"] = str(problem.retry_after_s)
    return answer


def _fields(forms: tuple[FormView, ...], kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """What stands in the form's own fields; an empty optional one was not filled in."""
    chosen = next((one for one in forms if one.name == kind), forms[0] if forms else None)
    return {one.name: given.get(one.name, "") for one in chosen.fields} if chosen else {}


def _shown(forms: tuple[FormView, ...], kind: str, fields: Mapping[str, str]) -> dict[str, str]:
    hidden = {one.name for form in forms if form.name == kind for one in form.fields if one.kind in _HIDDEN}
    return {name: text for name, text in fields.items() if name not in hidden}


def _child(text: str) -> str:
    return text if _ID.fullmatch(text) else ""


def _to(path: str) -> Response:
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})
