"""`/api/v1/office/…` of the desk: the queue, decisions, restrictions, recovery in person, early full capacity."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import office
from hub.flows.office.deciding.ways_back import way_back_again
from hub.flows.office.deciding.word import Word
from hub.flows.office.words import Document
from hub.flows.views.school.desk import Decided, Proposed, PupilDesk, ReviewList
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.api.shown_once import Put, Secret, shown_once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_desk", __name__, url_prefix="/api/v1/office")


class TypedDocument(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    number: str
    date: date

    def read(self) -> Document:
        return Document(kind=self.kind, number=self.number, day=self.date)


class TypedWord(msgspec.Struct, frozen=True, kw_only=True):
    """A reason where one decides alone or refuses, a document where the school's own word makes a guardian or corrects a record."""

    reason: str | None = None
    document: TypedDocument | None = None


class TypedRestriction(msgspec.Struct, frozen=True, kw_only=True):
    """`guardian` as the pupil's page names people, or anybody's `snils`."""

    document: TypedDocument
    guardian: str | None = None
    snils: str | None = None
    until: date | None = None


class TypedReason(msgspec.Struct, frozen=True, kw_only=True):
    reason: str


class TypedRecovery(msgspec.Struct, frozen=True, kw_only=True):
    person: str
    document: TypedDocument


class TypedCapacity(msgspec.Struct, frozen=True, kw_only=True):
    since: date
    document: TypedDocument


class TypedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """`keep` are the guardians who stay, as the pupil's page names people."""

    last_name: str
    first_name: str
    keep: list[str]
    document: TypedDocument
    middle_name: str | None = None
    birth_date: date | None = None


@routes.get("/reviews")
@tag(["Канцелярия"])
@document_response(ReviewList)
async def reviews() -> Response:
    """Everything that waits for a decision or a second signature; `?school=` only for who works in several."""
    return json(await office.list_reviews(deps(), await signed_in(), school=request.args.get("school")))


@routes.post("/reviews/<item>/sign")
@tag(["Канцелярия"])
@document_request(TypedWord)
@document_response(Decided)
async def sign(item: str) -> Response:
    """Yes. The second signature of a recovery answers with the code, this once."""
    return await _decide(item, office.sign_item)


@routes.post("/reviews/<item>/refuse")
@tag(["Канцелярия"])
@document_request(TypedWord)
@document_response(Decided)
async def refuse(item: str) -> Response:
    """No, with a reason."""
    return await _decide(item, office.refuse_item)


async def _decide(item: str, turn: Callable[..., Awaitable[Decided]]) -> Response:
    who = await signed_in_writer()
    typed = await body(TypedWord) if await request.get_data() else TypedWord()

    async def act(seed: str) -> Decided:
        word = Word(reason=typed.reason, document=typed.document.read() if typed.document else None, seed=seed)
        return await turn(deps(), who, item, word, school=request.args.get("school"))

    def put(decided: Decided, code: Put) -> Decided:
        return msgspec.structs.replace(decided, code=code(0, decided.code) if decided.code else None)

    secret = Secret(kind=Decided, act=act, put=put, again=lambda seed, _place: way_back_again(deps(), seed))
    return await shown_once(deps(), who, secret, 200)


@routes.get("/pupils/<pupil>/guardians")
@tag(["Канцелярия"])
@document_response(PupilDesk)
async def guardians(pupil: str) -> Response:
    """Who sees the pupil, whom the card names, what restrains whom."""
    return json(await office.show_pupil(deps(), await signed_in(), pupil))


@routes.post("/pupils/<pupil>/restrictions")
@tag(["Канцелярия"])
@document_request(TypedRestriction)
@document_response(Proposed, 201)
async def restrict(pupil: str) -> Response:
    """The first signature; the second one works at once."""
    who, typed = await signed_in_writer(), await body(TypedRestriction)

    async def act() -> Response:
        made = await office.restrict(
            deps(), who, pupil, typed.document.read(), guardian=typed.guardian, snils=typed.snils, until=typed.until
        )
        return json(made, 201)

    return await once(deps(), who, act)


@routes.post("/restrictions/<ban>/lift")
@tag(["Канцелярия"])
@document_request(TypedReason)
@document_response(Proposed, 201)
async def lift(ban: str) -> Response:
    """The first of two signatures to lift a restriction."""
    who, typed = await signed_in_writer(), await body(TypedReason)

    async def act() -> Response:
        return json(await office.lift(deps(), who, ban, typed.reason), 201)

    return await once(deps(), who, act)


@routes.post("/pupils/<pupil>/recoveries")
@tag(["Канцелярия"])
@document_request(TypedRecovery)
@document_response(Proposed, 201)
async def recover(pupil: str) -> Response:
    """The first officer has seen the person and the document."""
    who, typed = await signed_in_writer(), await body(TypedRecovery)

    async def act() -> Response:
        return json(await office.recover(deps(), who, pupil, typed.person, typed.document.read()), 201)

    return await once(deps(), who, act)


@routes.post("/pupils/<pupil>/full-capacity")
@tag(["Канцелярия"])
@document_request(TypedCapacity)
@document_response(Proposed, 201)
async def make_capable(pupil: str) -> Response:
    """A court or a marriage made the pupil fully capable before 18."""
    who, typed = await signed_in_writer(), await body(TypedCapacity)

    async def act() -> Response:
        return json(await office.make_capable(deps(), who, pupil, typed.since, typed.document.read()), 201)

    return await once(deps(), who, act)


@routes.post("/pupils/<pupil>/new-identity")
@tag(["Канцелярия"])
@document_request(TypedIdentity)
@document_response(Proposed, 201)
async def renew(pupil: str) -> Response:
    """Adoption or a changed identity: after the second signature a new record goes on, and the old one is sealed."""
    who, typed = await signed_in_writer(), await body(TypedIdentity)

    async def act() -> Response:
        named = (typed.last_name, typed.first_name, typed.middle_name or "")
        made = await office.renew(deps(), who, pupil, named, typed.birth_date, typed.keep, typed.document.read())
        return json(made, 201)

    return await once(deps(), who, act)
