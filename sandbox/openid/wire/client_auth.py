"""Who asks at the token, revocation and introspection endpoints (RFC 6749, 2.3)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from sandbox.openid.state import Client
from sandbox.openid.wire.errors import OpError

BASIC, POST, NONE = "client_secret_basic", "client_secret_post", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the caller showed, and by which method."""

    client_id: str
    secret: str = field(repr=False)
    method: str
    as_written: str = field(repr=False, default="")
    """The secret of a Basic header before decoding."""


def shown(authorization: str | None, form: Mapping[str, str]) -> Shown:
    """One method a request: Basic with both halves form-urlencoded, or the form's fields."""
    if authorization is not None:
        user, written = _basic(authorization)
        user, secret = unquote_plus(user), unquote_plus(written)
        if "client_secret" in form:
            raise OpError("invalid_request", "the client authenticates by two methods at once")
        if form.get("client_id", user) != user:
            raise OpError("invalid_request", "client_id is not the one that authenticates")
        return Shown(client_id=user, secret=secret, method=BASIC, as_written=written)
    if "client_id" not in form:
        raise OpError("invalid_client", "the client does not authenticate")
    if "client_secret" in form:
        return Shown(client_id=form["client_id"], secret=form["client_secret"], method=POST)
    return Shown(client_id=form["client_id"], secret="", method=NONE)


def _basic(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    try:
        user, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError as wrong:
        raise OpError("invalid_client", "the Authorization header is no Basic credentials") from wrong
    if scheme.lower() != "basic" or not colon:
        raise OpError("invalid_client", "the Authorization header is no Basic credentials")
    return user, secret


def authenticated(given: Shown, clients: Mapping[str, Client]) -> Client:
    """The client, if it showed what it was registered with."""
    client = clients.get(given.client_id)
    if client is None:
        raise OpError("invalid_client", "the client is not known")
    allowed = {client.auth_method} if client.auth_method else {BASIC, POST} if client.secret else {NONE}
    if given.method not in allowed:
        raise OpError("invalid_client", f"the client is registered for {' or '.join(sorted(allowed))}")
    if client.secret is not None and not hmac.compare_digest(given.secret.encode(), client.secret.encode()):
        if given.as_written == client.secret:
            raise OpError("invalid_client", "the client secret is right but not form-urlencoded before base64 (RFC 6749, 2.3.1)")
        raise OpError("invalid_client", "the client secret is wrong")
    return client
