"""Tokens of mos.ru for a code or a refresh token, and the school's own token for them."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import msgspec

from connectors.diaries.mes.client.api import Api, end_of, is_token
from connectors.diaries.mes.errors import checked
from connectors.diaries.mes.mapping import wire_login as wire
from connectors.kit.answers import any_json, decode
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Drifted, NotFound, Rejected
from connectors.kit.ports import Access
from connectors.kit.secret import Secret


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The refresh token with the registration that it belongs to, kept as one secret."""

    client_id: str
    client_secret: str
    refresh_token: str


async def exchanged(api: Api, code: str, verifier: str, ours: tuple[str, str], deadline: Deadline) -> Access:
    """`ours` is the registration that asked for the code: id and secret."""
    params = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri(api), "code_verifier": verifier}
    return await _schooled(api, await _pair(api, params, ours, deadline), ours, None, deadline)


async def renewed(api: Api, access: Access, deadline: Deadline) -> Access:
    """A new pair from mos.ru and a new token from the school for it; the old refresh token is spent by the first step."""
    if access.refresh is None:
        raise AuthExpired(api.system, "no refresh token")
    try:
        kept = msgspec.json.decode(access.refresh.reveal(), type=Kept)
    except msgspec.DecodeError as error:
        raise AuthExpired(api.system, "not a refresh token of ours") from error
    params = {"grant_type": "refresh_token", "refresh_token": kept.refresh_token}
    try:
        ours = (kept.client_id, kept.client_secret)
        return await _schooled(api, await _pair(api, params, ours, deadline), ours, access, deadline)
    except (Rejected, NotFound) as error:
        raise AuthExpired(api.system, f"refresh refused: {error.detail}") from error


async def _pair(api: Api, params: Mapping[str, str], ours: tuple[str, str], deadline: Deadline) -> wire.Pair:
    """The platform takes the parameters in the address."""
    response = await api.login.call(
        "POST",
        "/sps/oauth/te",
        deadline_s=deadline.left(),
        idempotent=False,
        headers={"Authorization": f"Basic {_basic(*ours)}", "Accept": "application/json"},
        params=dict(params),
    )
    told = any_json(response.content)
    if response.status_code in (400, 401, 403) and isinstance(told, dict) and isinstance(told.get("error"), str):
        raise AuthExpired(api.system, told["error"][:64])
    return decode(api.system, checked(api.system, response), wire.Pair)


async def _schooled(api: Api, pair: wire.Pair, ours: tuple[str, str], kept: Access | None, deadline: Deadline) -> Access:
    """The school's own token for a token of mos.ru, which is not spent by it: the pair before it is, so this is tried again."""
    response = await api.school.call(
        "POST",
        "/v3/auth/sudir/auth",
        deadline_s=deadline.left(),
        idempotent=True,
        headers={"Accept": "application/json"},
        json={"user_authentication_for_mobile_request": {"mos_access_token": pair.access_token}},
    )
    answer = decode(api.system, checked(api.system, response), wire.Schooled).answer
    if not is_token(answer.mesh_access_token):
        raise Drifted(api.system, "$.user_authentication_for_mobile_response.mesh_access_token", "not a token")
    token = Secret(answer.mesh_access_token)
    refresh = Kept(client_id=ours[0], client_secret=ours[1], refresh_token=pair.refresh_token) if pair.refresh_token else None
    return Access(
        token=token,
        owner=kept.owner if kept else "",
        refresh=Secret(msgspec.json.encode(refresh).decode()) if refresh else None,
        expires_at=end_of(token),
        extra=kept.extra if kept else {},
    )


def redirect_uri(api: Api) -> str:
    return api.options.get("REDIRECT_URI") or "dnevnik-mes://oauth2redirect"


def _basic(client_id: str, client_secret: str) -> str:
    return base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
