"""How VK ID itself words a fault that the sandbox was told to play."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Response, g, request

from sandbox.system import Fault
from sandbox.vkid.routes.party import Party, sent_back
from sandbox.vkid.wire import params as reading
from sandbox.vkid.wire.errors import BAD_REFRESH, STATUSES, PageError, VkError, wrong


def word_fault(fault: Fault, party: Party) -> Response | None:
    """None where the address has nothing to say to this fault, and below `/oauth2`, where the body must be read first."""
    path = request.path.removeprefix("/vkid")
    if path.startswith("/oauth2/"):
        g.vkid_fault = fault
    elif path == "/authorize" and fault.kind != "auth_expired":
        return _told_by_browser(fault, party)
    return None


def meet_fault(params: Mapping[str, str]) -> None:
    """Raise what the fault of this request says, if it has one; the caller echoes the state as in any other error."""
    fault: Fault | None = g.get("vkid_fault")
    if fault is not None:
        raise _error(fault, params)


def _error(fault: Fault, params: Mapping[str, str]) -> VkError:
    if fault.kind == "rate_limit":
        return VkError("slow_down", retry_after=str(fault.value if fault.value is not None else 1))
    if fault.kind == "error":
        return VkError(_code(fault))
    if not request.path.endswith("/auth"):
        return VkError("invalid_token")
    return wrong("code") if params.get("grant_type") == "authorization_code" else wrong(BAD_REFRESH)


def _code(fault: Fault) -> str:
    return str(fault.value) if str(fault.value) in STATUSES else "server_error"


def _told_by_browser(fault: Fault, party: Party) -> Response | None:
    """Where the address of return can be trusted; the page goes on otherwise, as without the fault."""
    params = dict(request.args.items())
    try:
        _, redirect_uri = reading.trusted_app(params, party.state.apps)
    except PageError:
        return None
    error = VkError("slow_down" if fault.kind == "rate_limit" else _code(fault))
    return sent_back(party, redirect_uri, error.parameters(params.get("state")))
