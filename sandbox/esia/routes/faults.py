"""How ESIA itself words a fault that the sandbox was told to play."""

from __future__ import annotations

from quart import Response, jsonify, request

from sandbox.esia.routes.party import Party, sent_back
from sandbox.esia.wire.errors import REST_ROWS, ROWS, EsiaError, RestError, number_of
from sandbox.system import Fault


def word_fault(fault: Fault, party: Party) -> Response | None:
    """None where the address has nothing to say to this fault."""
    path = request.path.removeprefix("/esia")
    if path.startswith("/rs/"):
        return _rest(fault, party)
    if path.endswith("/te"):
        return _token(fault)
    if path.endswith("/ac"):
        return _authorization(fault, party)
    return None


def _rest(fault: Fault, party: Party) -> Response:
    if fault.kind == "auth_expired":
        number = "005013"
    elif fault.kind == "rate_limit":
        number = "007008"
    else:
        number = number_of(fault.value, "005011")
        number = number if number in REST_ROWS else "005011"
    error = RestError(number)
    response = jsonify(error.body(as_list=party.state.switches.rest_error_list))
    response.status_code = error.status
    return _timed(response, fault)


def _token(fault: Fault) -> Response:
    error = EsiaError(_number(fault))
    response = jsonify(error.parameters(None))
    response.status_code = 429 if fault.kind == "rate_limit" else error.row.status
    response.headers["Cache-Control"] = "no-store"
    return _timed(response, fault)


def _authorization(fault: Fault, party: Party) -> Response | None:
    """Told through the browser, where the address of return can be trusted; the page goes on otherwise."""
    client = party.state.clients.get(request.args.get("client_id", ""))
    target = request.args.get("redirect_uri", "")
    if client is None or target not in client.redirect_uris or fault.kind == "auth_expired":
        return None
    return sent_back(target, EsiaError(_number(fault)).parameters(request.args.get("state")))


def _number(fault: Fault) -> str:
    if fault.kind == "auth_expired":
        return "007011"
    if fault.kind == "rate_limit":
        return "007008"
    number = number_of(fault.value, "007007")
    return number if number in ROWS else "007007"


def _timed(response: Response, fault: Fault) -> Response:
    if fault.kind == "rate_limit":
        response.headers["Retry-After"] = str(fault.value if fault.value is not None else 1)
    return response
