"""`POST /fgis/token`: a token for a registered system, by HTTP Basic or by the form."""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import unquote_plus

from quart import Response, g, jsonify, request
from werkzeug.datastructures import MultiDict

from sandbox.fgis_schedule.state import TOKEN_LIFE, State
from sandbox.fgis_schedule.wire.errors import GrantRefused
from sandbox.system import Sandbox

SCOPE: Final = "schedule"


async def token(sandbox: Sandbox, state: State) -> Response:
    if request.mimetype != "application/x-www-form-urlencoded":
        raise GrantRefused("invalid_request", "нужна форма")
    form = await request.form
    if any(len(form.getlist(name)) > 1 for name in form):
        raise GrantRefused("invalid_request", "параметр указан дважды")
    client_id, secret = _client(form)
    if not form.get("grant_type"):
        raise GrantRefused("invalid_request", "нет grant_type")
    try:
        key = state.grant(client_id, secret, sandbox.clock.now())
    except GrantRefused as refused:
        g.verdicts = {"client": refused.error}
        raise
    g.verdicts = {"client": "ok"}
    if form["grant_type"] != "client_credentials":
        raise GrantRefused("unsupported_grant_type")
    if form.get("scope", SCOPE) not in ("", SCOPE):
        raise GrantRefused("invalid_scope")
    made = jsonify(access_token=key, token_type="Bearer", expires_in=int(TOKEN_LIFE.total_seconds()), scope=SCOPE)
    made.headers["Cache-Control"] = "no-store"
    return made


def _client(form: MultiDict[str, str]) -> tuple[str, str]:
    """Exactly one way of naming the client."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        if "client_secret" in form:
            raise GrantRefused("invalid_request", "клиент назван дважды")
        return _basic(credentials)
    if scheme or not form.get("client_id"):
        raise GrantRefused("invalid_client")
    return form["client_id"], form.get("client_secret", "")


def _basic(credentials: str) -> tuple[str, str]:
    try:
        name, colon, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise GrantRefused("invalid_client") from error
    if not colon:
        raise GrantRefused("invalid_client")
    return unquote_plus(name), unquote_plus(secret)
