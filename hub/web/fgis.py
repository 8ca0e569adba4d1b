"""`/fgis`: the federal Schedule contract as other systems ask it of us: a token by client credentials, a pupil's schedule by id."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import math
from urllib.parse import unquote_plus

import msgspec
from quart import Blueprint, Response, request
from quart_schema import hide
from werkzeug.datastructures import MultiDict

from hub.errors import problem_of
from hub.flows.serve_schedule import Answer, Told, give_token, refusal, serve_schedule
from hub.flows.serve_schedule.answering import Question
from hub.flows.serve_schedule.tokens import LIFE
from hub.telemetry import REQUEST_ID
from hub.web.answers import deps
from hub.web.visitors import network

log = logging.getLogger("hub.app")
routes = Blueprint("fgis", __name__, url_prefix="/fgis")

SCOPE = "schedule"
CERTIFICATE = "Client-Cert"
"""RFC 9440: the DER in base64 between colons, set by the proxy that checked it; believed from a trusted proxy only."""
_LONGEST_CERTIFICATE = 16_384
_CONTENT = "application/json; charset=utf-8"
_STATUS = {"invalid_client": 401, "slow_down": 429, "temporarily_unavailable": 503}


@routes.post("/token")
@hide
async def token() -> Response:
    """RFC 6749, 4.4. The client by HTTP Basic or in the body, never both; nothing of it in the address."""
    form: MultiDict[str, str] = await request.form
    told = _malformed(form)
    pair = _basic() if request.authorization is not None or "Authorization" in request.headers else _posted(form)
    if told is None and pair is None:
        told = Told(error="invalid_client" if "Authorization" in request.headers else "invalid_request")
    if told is None and pair is not None:
        told = await give_token(deps(), client=pair[0], secret=pair[1], network=network())
    assert told is not None, "either malformed or answered"
    return _token_answer(told)


def _malformed(form: MultiDict[str, str]) -> Told | None:
    named = {"client_id", "client_secret"} & set(form)
    if request.mimetype != "application/x-www-form-urlencoded" or request.query_string:
        return Told(error="invalid_request")
    if any(len(values) > 1 for _, values in form.lists()) or (named and "Authorization" in request.headers):
        return Told(error="invalid_request")
    if not form.get("grant_type"):
        return Told(error="invalid_request")
    if form["grant_type"] != "client_credentials":
        return Told(error="unsupported_grant_type")
    return Told(error="invalid_scope") if form.get("scope", SCOPE) not in ("", SCOPE) else None


def _posted(form: MultiDict[str, str]) -> tuple[str, str] | None:
    client, secret = form.get("client_id", ""), form.get("client_secret", "")
    return (client, secret) if client and secret else None


def _basic() -> tuple[str, str] | None:
    """RFC 6749, 2.3.1: both parts are form-urlencoded before they are joined."""
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        client, colon, secret = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    client, secret = unquote_plus(client), unquote_plus(secret)
    return (client, secret) if client and colon and "\0" not in client else None


def _token_answer(told: Told) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    if told.error:
        status = _STATUS.get(told.error, 400)
        if status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="fgis"'
        if told.after_s:
            headers["Retry-After"] = str(math.ceil(told.after_s))
        return Response(msgspec.json.encode({"error": told.error}), status, content_type=_CONTENT, headers=headers)
    body = {"access_token": told.token, "token_type": "Bearer", "expires_in": int(LIFE.total_seconds()), "scope": SCOPE}
    return Response(msgspec.json.encode(body), 200, content_type=_CONTENT, headers=headers)


@routes.get("/Schedule/<subject>")
@hide
async def schedule(subject: str) -> Response:
    """An error is the contract's own OperationOutcome; unknown, foreign and hidden pupils are one 404."""
    given = request.headers.get("Authorization", "").split()
    question = Question(
        subject=subject,
        query=request.query_string,
        token=given[1] if len(given) == 2 and given[0].casefold() == "bearer" else "",
        certificate=client_certificate(),
        known=frozenset(one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",") if one.strip()),
        request_id=REQUEST_ID.get(),
    )
    return _schedule_answer(await serve_schedule(deps(), question))


@routes.route("/Schedule/<subject>", methods=["POST", "PUT", "PATCH", "DELETE"])
@hide
async def read_only(subject: str) -> Response:  # noqa: ARG001  the address names a pupil, and nothing is done to one
    answer = _schedule_answer(refusal(deps(), 405, "not-supported", "Расписание можно только читать", request_id=REQUEST_ID.get()))
    answer.headers["Allow"] = "GET, HEAD"
    return answer


@routes.errorhandler(Exception)
async def failed(error: Exception) -> Response:
    """What goes wrong with us is told in the contract's words too, and nothing of its inside."""
    found = problem_of(error)
    if found.status >= 500:
        log.error("request failed: %s", type(error).__name__, exc_info=error if found.slug == "internal" else None)
    after_s = float(found.retry_after_s or 0)
    if request.path == "/fgis/token":
        return _token_answer(Told(error="temporarily_unavailable" if found.status >= 500 else "invalid_request", after_s=after_s))
    code = "transient" if found.status == 503 else "exception"
    return _schedule_answer(refusal(deps(), found.status, code, found.detail, after_s=after_s, request_id=REQUEST_ID.get()))


def client_certificate() -> str:
    """The SHA-256 of the certificate that a trusted proxy vouches for; from anybody else the header says nothing."""
    # Two of them: the proxy let the client's own through beside its word.
    given = request.headers.getlist(CERTIFICATE)
    text = given[0].strip() if len(given) == 1 else ""
    if not request.scope.get("hub.trusted_proxy") or len(text) > _LONGEST_CERTIFICATE or text[:1] != ":" or text[-1:] != ":":
        return ""
    try:
        return hashlib.sha256(base64.b64decode(text[1:-1], validate=True)).hexdigest()
    except (binascii.Error, ValueError):
        return ""


def _schedule_answer(answer: Answer) -> Response:
    headers = {"Cache-Control": "private, no-cache" if answer.tag else "no-store", "Vary": "Authorization"}
    if answer.tag:
        headers["ETag"] = answer.tag
    if answer.challenge:
        headers["WWW-Authenticate"] = answer.challenge
    if answer.after_s:
        headers["Retry-After"] = str(math.ceil(answer.after_s))
    return Response(answer.body, answer.status, content_type=_CONTENT, headers=headers)
