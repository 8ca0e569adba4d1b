"""`/api/v1/office/…` for the school's own people, and the redeeming of the codes that they print."""

from __future__ import annotations

import secrets
from datetime import date

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import office
from hub.flows.redeem_invitation import redeem_invitation
from hub.flows.views.school.office import CodeRedeemed, InvitationCode, InvitationList, PupilEntered
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office", __name__, url_prefix="/api/v1")


class TypedGuardian(msgspec.Struct, frozen=True, kw_only=True):
    snils: str
    last_name: str
    first_name: str


class TypedPupil(msgspec.Struct, frozen=True, kw_only=True):
    """`class` in JSON, free text. `school_ogrn` only for who works in several schools."""

    last_name: str
    first_name: str
    birth_date: date
    class_name: str = msgspec.field(name="class")
    middle_name: str | None = None
    guardians: list[TypedGuardian] | None = None
    school_ogrn: str | None = None


class TypedCode(msgspec.Struct, frozen=True, kw_only=True):
    """The child's surname and first name, and the code from the slip; case, spaces and hyphens do not matter."""

    last_name: str
    first_name: str
    code: str


@routes.post("/invitations/redeem")
@tag(["Подключения"])
@document_request(TypedCode)
@document_response(CodeRedeemed)
async def redeem() -> Response:
    """Whatever is wrong, the answer is the same; after ten wrong tries it is 429."""
    who = await signed_in_writer()
    typed = await body(TypedCode)

    async def act() -> Response:
        done = await redeem_invitation(
            deps(), who, last_name=typed.last_name, first_name=typed.first_name, code=typed.code, address=request.remote_addr or ""
        )
        return json(done)

    return await once(deps(), who, act)


@routes.post("/office/pupils")
@tag(["Канцелярия"])
@document_request(TypedPupil)
@document_response(PupilEntered, 201)
async def enter() -> Response:
    """A pupil of the own school, with the guardians that the card names."""
    who = await signed_in_writer()
    typed = await body(TypedPupil)

    async def act() -> Response:
        asked = office.NewPupil(
            last_name=typed.last_name,
            first_name=typed.first_name,
            middle_name=typed.middle_name or "",
            birth_date=typed.birth_date,
            class_name=typed.class_name,
            guardians=[
                office.Guardian(snils=one.snils, last_name=one.last_name, first_name=one.first_name) for one in typed.guardians or ()
            ],
        )
        return json(PupilEntered(id=await office.enter_pupil(deps(), who, asked, school=typed.school_ogrn)), 201)

    return await once(deps(), who, act)


@routes.post("/office/pupils/<pupil>/invitations")
@tag(["Канцелярия"])
@document_response(InvitationCode, 201)
async def invite(pupil: str) -> Response:
    """A new code, shown this once; the earlier one of this pupil opens nothing any more."""
    who = await signed_in_writer()
    key = request.headers.get("Idempotency-Key")
    if not key:
        return json(await office.issue_invitation(deps(), who, pupil), 201)

    # The kept answer holds a salt in the code's place: the code comes again only from it, the client's key and ours together.
    async def act() -> Response:
        salt = secrets.token_urlsafe(16)
        slip = await office.issue_invitation(deps(), who, pupil, seed=f"{salt} {key}")
        return json(msgspec.structs.replace(slip, code=salt), 201)

    answer = await once(deps(), who, act)
    if answer.status_code != 201:
        return answer
    kept = msgspec.json.decode(await answer.get_data(as_text=False), type=InvitationCode)
    return json(msgspec.structs.replace(kept, code=office.code_again(deps(), f"{kept.code} {key}")), 201)


@routes.get("/office/pupils/<pupil>/invitations")
@tag(["Канцелярия"])
@document_response(InvitationList)
async def invitations(pupil: str) -> Response:
    """Which codes there were, without the codes."""
    return json(await office.list_invitations(deps(), await signed_in(), pupil))
