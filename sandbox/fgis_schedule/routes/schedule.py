"""`GET /fgis/Schedule/{esia id}`: the answer, and 304 where nothing changed."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from quart import Response, request

from sandbox.fgis_schedule.state import PREFIX, State
from sandbox.fgis_schedule.wire.errors import Outcome
from sandbox.fgis_schedule.wire.schedule import moment, schedule, today
from sandbox.fgis_schedule.wire.window import window
from sandbox.system import Sandbox

TAKEN: Final = ("application/json", "application/fhir+json")


def served(sandbox: Sandbox, state: State, esia_id: str) -> Response:
    if "Accept" in request.headers and not request.accept_mimetypes.best_match(TAKEN):
        raise Outcome("not-supported", "ответ — application/json", status=406)
    _check_token(sandbox, state)
    if not (esia_id.isascii() and esia_id.isdigit()):
        raise Outcome("structure", "идентификатор — цифры")
    town = sandbox.town
    pupil = town.person_by_account(PREFIX, "esia_id", esia_id)
    starts, ends = request.args.getlist("start"), request.args.getlist("end")
    start, end = window(starts, ends, town.now().date() if pupil is None else today(town, pupil))
    if pupil is None or pupil.class_id is None:
        raise Outcome("not-found")
    shape, newest = schedule(town, pupil, start, end, state.distant)
    digest = hashlib.sha256(json.dumps(shape, ensure_ascii=False).encode()).hexdigest()[:32]
    updated = state.updated_at((esia_id, start, end), digest, newest, sandbox.clock.now())
    made = Response(content_type="application/json; charset=utf-8")
    if request.if_none_match.contains_weak(digest):
        made.status_code = 304
        made.headers.pop("Content-Type", None)
    else:
        meta = {"lastUpdated": moment(town.schools[pupil.school or ""], updated)}
        made.set_data(json.dumps({"resourceType": shape["resourceType"], "id": shape["id"], "meta": meta} | shape, ensure_ascii=False))
    made.set_etag(digest)
    made.headers["Cache-Control"] = "private, no-cache"
    return made


def _check_token(sandbox: Sandbox, state: State) -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Outcome("login")
    state.use(key.strip(), sandbox.clock.now())
