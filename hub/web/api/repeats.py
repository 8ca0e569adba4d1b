"""Honours Idempotency-Key on every write: the same request gets the same answer and acts once."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

import msgspec
from quart import Response, request

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.store.process import repeats
from hub.store.process.repeats import Answered, Verdict
from hub.store.sessions import Visitor

LONGEST = 200
KEPT = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}


class Made(msgspec.Struct):
    id: str


async def once(deps: Deps, visitor: Visitor, act: Callable[[], Awaitable[Response]], *, under: str = "") -> Response:
    """Runs `act`, or repeats the answer that it gave. An answer of 5xx is not kept: the request may be tried again.

    `under` is the address below which what was made is found by its id: both answers name it.
    """
    answer = await _once(deps, visitor, act)
    if under and answer.status_code in (200, 201):
        made = msgspec.json.decode(await answer.get_data(as_text=False), type=Made)
        answer.headers["Location"] = f"{under}/{made.id}"
    return answer


async def _once(deps: Deps, visitor: Visitor, act: Callable[[], Awaitable[Response]]) -> Response:
    key = request.headers.get("Idempotency-Key")
    if not key:
        return await act()
    if len(key) > LONGEST:
        raise Refused(Reason.MALFORMED, f"Idempotency-Key длиннее {LONGEST} знаков.")
    body = await request.get_data(as_text=False)
    assert isinstance(body, bytes), "asked for bytes"
    hashed = hashlib.sha256(b"\n".join((request.method.encode(), request.full_path.encode(), body))).hexdigest()
    now = deps.now()
    found = await deps.db.write(lambda: repeats.begin(deps.keys, person=visitor.person, key=key, request_hash=hashed, now=now))
    if isinstance(found, Answered):
        return Response(found.body, found.status, content_type=found.content_type, headers=KEPT)
    if found is Verdict.OTHER:
        raise Refused(Reason.REPEAT_OTHER)
    if found is Verdict.RUNNING:
        raise Refused(Reason.REPEAT_RUNNING, after_s=1)
    kept = False
    try:
        answer = await act()
        text = (await answer.get_data(as_text=False)).decode()
        status, kind = answer.status_code, answer.content_type or ""
        await deps.db.write(lambda: repeats.finish(deps.keys, person=visitor.person, key=key, status=status, body=text, content_type=kind))
        kept = True
    finally:
        if not kept:
            await deps.db.write(lambda: repeats.abandon(deps.keys, person=visitor.person, key=key))
    return answer
