"""`/console/money/suspense` and `/console/money/top-ups`: money that waits for its account, and payments with a question."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import reconcile
from hub.flows.refusals import Reason, Refused
from hub.ledger.model import PAY_TYPES
from hub.ledger.texts import PURPOSES
from hub.web.answers import deps, page
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("console_suspense", __name__, url_prefix="/console/money")
SHOWN_HERE = (Reason.MALFORMED, Reason.ALREADY_DECIDED, Reason.SAME_OFFICER, Reason.OWN_FAMILY)
DONE = {
    "proposed": "Перевод предложен. Теперь его должен подписать другой оператор.",
    "signed": "Деньги переведены, семье отправлено уведомление.",
    "refused": "Предложение снято, деньги остались в невыясненных.",
}


@routes.get("/suspense")
@hide
async def waiting() -> Response:
    return await _waiting(done=DONE.get(request.args.get("done", ""), ""))


@routes.post("/suspense/<txn>/move")
@hide
async def propose(txn: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    number, purpose, note = (form.get(name, "") for name in ("contract", "purpose", "note"))
    try:
        await reconcile.propose_move(deps(), who, txn, number=number, purpose=purpose, note=note)
    except Refused as error:
        return await _refused(error)
    return to("/console/money/suspense?done=proposed")


@routes.post("/moves/<move>/sign")
@hide
async def sign(move: str) -> Response:
    who = await signed_in_writer()
    try:
        await reconcile.sign_move(deps(), who, move)
    except Refused as error:
        return await _refused(error)
    return to("/console/money/suspense?done=signed")


@routes.post("/moves/<move>/refuse")
@hide
async def refuse(move: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await reconcile.refuse_move(deps(), who, move, form.get("why", ""))
    except Refused as error:
        return await _refused(error)
    return to("/console/money/suspense?done=refused")


@routes.get("/top-ups")
@hide
async def doubtful() -> Response:
    found = await reconcile.doubtful_of_everybody(deps(), await signed_in())
    answer = await page("money/doubtful.html", frame="console/base.html", here="console", tab="money", found=found, back="/console/money")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


async def _refused(error: Refused) -> Response:
    if error.reason not in SHOWN_HERE:
        raise error
    return await _waiting(error=error)


async def _waiting(*, done: str = "", error: Refused | None = None) -> Response:
    found, problem = await reconcile.show_suspense(deps(), await signed_in()), problem_of(error) if error else None
    answer = await page(
        "console/suspense.html",
        problem.status if problem else 200,
        here="console",
        tab="money",
        found=found,
        done=done,
        problem=problem,
        zone="Europe/Moscow",
        purposes=[(purpose.value, PURPOSES[purpose]) for purpose in PAY_TYPES],
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
