"""`/pay/<dialect>`: terminals and banks call, by GET or POST; the answer is the dialect's own, 200 also where it says no."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide
from werkzeug.exceptions import MethodNotAllowed

from connectors.kit.terminals import BadAsked, Command, PayAnswer, Said, terminal_servers
from hub.flows.money.pay_door import Caller, Door, begun, door, may_check
from hub.flows.money.take_payment import take_payment, temporary
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps
from hub.web.fgis import client_certificate

routes = Blueprint("pay", __name__)
METHODS = ("GET", "POST")
MOST_PARAMETERS = 40
CLOSED = {Door.FORBIDDEN: 403, Door.UNPROVEN: 401}


@routes.route("/pay/<any(osmp, sber2, sber_upper, sber_old):dialect>", methods=METHODS)
@hide
async def pay(dialect: str) -> Response:
    if request.method not in METHODS:
        # A GET brings a HEAD along, and a look at the address must not pay in.
        raise MethodNotAllowed(METHODS)
    server = terminal_servers()[dialect]
    given = await _given()
    found = door(deps(), server, dialect, _caller(), given or {})
    if found is Door.OFF:
        raise Refused(Reason.NOT_FOUND)
    if found in CLOSED:
        headers = {"WWW-Authenticate": 'Basic realm="pay", charset="UTF-8"'} if found is Door.UNPROVEN else {}
        return Response(b"", CLOSED[found], headers={"Cache-Control": "no-store", **headers})
    answer = PayAnswer(said=Said.UNSIGNED) if found is Door.UNSIGNED else await _answered(dialect, given)
    headers = {"Cache-Control": "no-store"}
    return Response(server.answer(dialect, answer), server.status(dialect, answer), content_type=server.CONTENT_TYPE, headers=headers)


async def _answered(dialect: str, given: dict[str, str] | None) -> PayAnswer:
    if given is None:
        return PayAnswer(said=Said.UNKNOWN_COMMAND)
    try:
        asked = terminal_servers()[dialect].asked(dialect, given)
    except BadAsked as error:
        return PayAnswer(said=error.said, id=error.id)
    if asked.command is not Command.PAY and not (begun(deps(), dialect) and may_check(deps(), dialect, _caller())):
        return temporary(asked)
    return await take_payment(deps(), dialect, asked)


async def _given() -> dict[str, str] | None:
    """Of the address and of a form's body; None where one is named twice or there are far too many."""
    pairs = list(request.args.items(multi=True))
    if request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded":
        pairs += list((await request.form).items(multi=True))
    found = dict(pairs)
    return found if len(found) == len(pairs) <= MOST_PARAMETERS else None


def _caller() -> Caller:
    basic = request.authorization if request.authorization and request.authorization.type == "basic" else None
    return Caller(
        address=request.remote_addr or "",
        user=(basic.username or "") if basic else "",
        password=(basic.password or "") if basic else "",
        certificate=client_certificate(),
    )
