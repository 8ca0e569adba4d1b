"""How VK ID itself words a fault that the sandbox was told to play."""

from __future__ import annotations

from quart import Response, request

from sandbox.system import Fault
from sandbox.vkid.routes.party import Party, refused, sent_back
from sandbox.vkid.wire import params as reading
from sandbox.vkid.wire.errors import BAD_REFRESH, STATUSES, PageError, VkError, wrong


def word_fault(fault: Fault, party: Party) -> Response | None:
    """None where the address has nothing to say to this fault."""
    path = request.path.removeprefix("/vkid")
    if path.startswith("/oauth2/"):
        return _timed(refused(party, _error(fault, path), request.args.get("state")), fault)
    if path == "/authorize":
        return _told_by_browser(fault, party)
    return None


def _error(fault: Fault, path: str) -> VkError:
    if fault.kind == "rate_limit":
        return VkError("slow_down")
    if fault.kind == "auth_expired":
        return wrong(BAD_REFRESH) if path == "/oauth2/auth" else VkError("invalid_token")
    return VkError(_code(fault))


def _code(fault: Fault) -> str:
    return str(fault.value) if str(fault.value) in STATUSES else "server_error"


def _told_by_browser(fault: Fault, party: Party) -> Response | None:
    """Where the address of return can be trusted; a page otherwise, as without the fault."""
    params = dict(request.args.items())
    try:
        _, redirect_uri = reading.trusted_app(params, party.state.apps)
    except PageError:
        return None
    if fault.kind == "auth_expired":
        return None
    error = VkError("slow_down" if fault.kind == "rate_limit" else _code(fault))
    return sent_back(party, redirect_uri, error.parameters(params.get("state")))


def _timed(response: Response, fault: Fault) -> Response:
    if fault.kind == "rate_limit":
        response.headers["Retry-After"] = str(fault.value if fault.value is not None else 1)
    return response
