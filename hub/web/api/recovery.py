"""`/api/v1/recovery/redeem`: the code that two officers gave over the desk."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows.redeem_recovery import redeem_code
from hub.flows.views.school.desk import Recovered
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.visitors import device_label, keep_session, signed_in_writer

routes = Blueprint("api_recovery", __name__, url_prefix="/api/v1/recovery")


class TypedRecoveryCode(msgspec.Struct, frozen=True, kw_only=True):
    """Case, spaces and hyphens do not matter."""

    code: str


@routes.post("/redeem")
@tag(["Подключения"])
@document_request(TypedRecoveryCode)
@document_response(Recovered)
async def redeem_recovery_code() -> Response:
    """Whatever is wrong, the answer is the same; after ten wrong tries it is 429. The session goes on as the recovered person's."""
    who, typed = await signed_in_writer(), await body(TypedRecoveryCode)
    # Not repeated by Idempotency-Key: the session that would ask again has ended.
    done = await redeem_code(deps(), who, typed.code, address=request.remote_addr or "", label=device_label())
    answer = json(Recovered(held_until=done.held_until))
    keep_session(answer, done.token)
    return answer
