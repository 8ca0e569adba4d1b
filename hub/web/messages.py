"""Messages as pages: folders, one letter, an answer, a new letter; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from quart import Blueprint, Response, request
from quart_schema import hide

from connectors.kit.errors import ConnectorError
from hub.errors import problem_of
from hub.flows import correspondence
from hub.flows.correspondence import NewLetter
from hub.flows.correspondence.read import new_form
from hub.flows.refusals import Reason, Refused
from hub.flows.views.written.correspondence import LetterView, RecipientList
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.guardianship import frame
from hub.web.visitors import signed_in, signed_in_writer
from hub.web.words import ERRORS

routes = Blueprint("messages", __name__, url_prefix="/children/<child>/messages")
routes.add_app_template_filter(lambda code: ERRORS.get(str(code), ERRORS["unavailable"]), "outside_error")

KEPT = frozenset({Reason.MALFORMED, Reason.REPEAT_RUNNING, Reason.REPEAT_OTHER})
"""Refusals that keep the form."""


@routes.get("")
@hide
async def folder(child: str) -> Response:
    """`?folder=` inbox or sent, `?source=` one of the boxes, `?done=` what became of a letter."""
    who, asked = await signed_in(), request.args
    view = await correspondence.list_messages(
        deps(), who, child, folder=asked.get("folder", "inbox"), source=asked.get("source"), cursor=asked.get("cursor")
    )
    box = next((one for one in view.sources if one.source == view.source), None)
    return await _page("messages/folder.html", who, child, view=view, box=box, done=asked.get("done"), later=bool(asked.get("cursor")))


@routes.get("/new")
@hide
async def begin(child: str) -> Response:
    who, source = await signed_in(), request.args.get("source")
    try:
        found = await correspondence.list_recipients(deps(), who, child, source=source)
    except ConnectorError as error:
        return await _page("messages/silent.html", who, child, problem=problem_of(error), status=200)
    draft = found.draft
    chosen = draft.recipients if draft else [one.key for one in found.items if one.is_class_teacher]
    typed = {"subject": draft.subject if draft else request.args.get("subject", "")[:200], "text": draft.text if draft else ""}
    return await _form(who, child, found, typed, chosen, form=found.form, draft=draft)


@routes.post("/new")
@hide
async def send(child: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    chosen = form.getlist("to")
    letter = NewLetter(
        form=form.get("form", ""), text=form.get("text", ""), subject=form.get("subject", ""), recipients=chosen, source=form.get("source")
    )
    try:
        return _done(child, await correspondence.send_letter(deps(), who, child, letter))
    except (Refused, ConnectorError) as error:
        if isinstance(error, Refused) and error.reason not in KEPT:
            raise
        typed = {name: form.get(name, "") for name in ("subject", "text", "source")}
        return await _form(who, child, await _people(who, child, form.get("source")), typed, chosen, form=_named(form, error), error=error)


@routes.get("/<message>")
@hide
async def opened(child: str, message: str) -> Response:
    who = await signed_in()
    try:
        view = await correspondence.open_message(deps(), who, child, message)
    except ConnectorError as error:
        return await _page("messages/silent.html", who, child, problem=problem_of(error), status=200)
    return await _page("messages/letter.html", who, child, view=view, form=new_form())


@routes.post("/<message>/answer")
@hide
async def answer(child: str, message: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    letter = NewLetter(form=form.get("form", ""), text=form.get("text", ""), subject=form.get("subject", ""), reply_to=message)
    try:
        return _done(child, await correspondence.send_letter(deps(), who, child, letter))
    except (Refused, ConnectorError) as error:
        if isinstance(error, Refused) and error.reason not in KEPT:
            raise
        kept = {"message": message, "text": form.get("text", ""), "subject": form.get("subject", "")}
        problem = problem_of(error)
        return await _page("messages/answer.html", who, child, typed=kept, form=_named(form, error), problem=problem, status=problem.status)


async def _people(who: Visitor, child: str, source: str | None) -> RecipientList | None:
    """The list anew, for a form that came back; a silent diary has none, and the form keeps what was ticked."""
    try:
        return await correspondence.list_recipients(deps(), who, child, source=source)
    except ConnectorError:
        return None  # the page says already what the diary answered


async def _form(
    who: Visitor,
    child: str,
    found: RecipientList | None,
    typed: Mapping[str, str],
    chosen: Sequence[str],
    *,
    form: str,
    draft: object = None,
    error: Exception | None = None,
) -> Response:
    problem = problem_of(error) if error else None
    return await _page(
        "messages/write.html",
        who,
        child,
        found=found,
        source=found.source.source if found else typed.get("source", ""),
        typed=typed,
        chosen=list(chosen),
        form=form,
        draft=draft,
        problem=problem,
        status=problem.status if problem else 200,
    )


async def _page(template: str, who: Visitor, child: str, *, status: int = 200, **context: Any) -> Response:
    around = await frame(deps(), who, child) | {"section": "messages"}
    return await page(template, status, **around, **context)


def _named(form: Any, error: Exception) -> str:
    """The same form may go again after a failure: it was surely not sent. A letter under way keeps its name as well.

    Other words under the name of a letter that went are a new letter."""
    if isinstance(error, Refused) and error.reason is Reason.REPEAT_OTHER:
        return new_form()
    return str(form.get("form") or new_form())


def _done(child: str, sent: LetterView) -> Response:
    query = urlencode({"folder": "sent", "source": sent.source, "done": sent.state.value})
    return Response(b"", 303, headers={"Location": f"/children/{child}/messages?{query}", "Cache-Control": "no-store"})
