"""A regional node's way to a token: Gosuslugi in the browser, a code for a pair of tokens, and the token of one's role."""

from __future__ import annotations

from urllib.parse import urlencode

from connectors.diaries.mes.client.account import profile_of, woken
from connectors.diaries.mes.client.api import Api, end_of, is_token
from connectors.diaries.mes.errors import checked
from connectors.diaries.mes.mapping import wire_login as wire
from connectors.kit.answers import decode
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AccessDenied, AuthExpired, Drifted, NotFound, Rejected
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Access, Arrival, Departure
from connectors.kit.secret import Secret

# The family's diary among the platform's subsystems, and who one is in it.
SUBSYSTEM = "2"
_ROLES = {"student": "1", "parent": "2"}


def depart(api: Api, *, state: str, redirect_uri: str) -> Departure:
    return Departure(url=f"{api.login_url}/v3/auth/esia/login?{urlencode({'redirect_url': redirect_uri, 'state': state})}")


async def arrive(api: Api, arrival: Arrival, deadline: Deadline) -> Access:
    """The pair of tokens for the code, then the token of the person's role. The code is never shown twice."""
    params = arrival.params
    if params.get("state", "") != arrival.state:
        raise Rejected(api.system, "state", "the answer belongs to another sign-in")
    if error := params.get("error"):
        raise Rejected(api.system, error[:64], plain_text(params.get("error_description"))[:300])
    if not params.get("code"):
        raise Rejected(api.system, "no_code")
    response = await api.login.call(
        "GET",
        "/v3/auth/token",
        deadline_s=deadline.left(),
        idempotent=False,
        headers={"Accept": "application/json"},
        params={"code": params["code"], "state": arrival.state},
    )
    pair = decode(api.system, checked(api.system, response), wire.RegionPair)
    if not is_token(pair.token):
        raise Drifted(api.system, "$.token", "not a token")
    refresh = Secret(pair.refresh_token) if pair.refresh_token else None
    access = await profile_of(api, Access(token=Secret(pair.token), refresh=refresh), deadline)
    return await _in_role(api, access, pair.token, deadline)


async def renewed(api: Api, access: Access, deadline: Deadline) -> Access:
    """Another token of the same role: by the refresh token, or by the token itself while it is still good."""
    bearer = (access.refresh or access.token).reveal()
    if not is_token(bearer):
        raise AuthExpired(api.system, "not a token")
    try:
        found = await _in_role(api, access, bearer, deadline)
    except (Rejected, NotFound, AccessDenied) as error:
        raise AuthExpired(api.system, f"refresh refused: {error.detail}") from error
    return await woken(api, found, deadline)


async def _in_role(api: Api, access: Access, bearer: str, deadline: Deadline) -> Access:
    """The platform answers with the bare token as text."""
    role = _ROLES.get(access.extra.get("role", ""))
    response = await api.login.call(
        "GET",
        "/v2/token/refresh",
        deadline_s=deadline.left(),
        idempotent=False,
        headers={"Authorization": f"Bearer {bearer}", "Accept": "text/plain, application/json"},
        params={"subsystem": SUBSYSTEM, **({"roleId": role} if role else {})},
    )
    text = checked(api.system, response).decode(errors="replace").strip().strip('"')
    if not is_token(text):
        raise Drifted(api.system, "$", "not a token")
    token = Secret(text)
    return Access(token=token, owner=access.owner, refresh=access.refresh, expires_at=end_of(token), extra=access.extra)
