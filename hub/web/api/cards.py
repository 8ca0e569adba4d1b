"""`/api/v1/children/{id}/cards`: what a child passes and pays with; closing it works at once."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import cards
from hub.flows.views.doors.cards import ChildCards
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_cards", __name__, url_prefix="/api/v1/children/<child>/cards")


class NewCard(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: card, bracelet, bank_card (the token that a terminal made of it, never the card's number)."""

    kind: str
    number: str


@routes.get("")
@tag(["Проходы и питание"])
@document_response(ChildCards)
async def show(child: str) -> Response:
    """With what was; a number shows its end only."""
    return json(await cards.show_cards(deps(), await signed_in(), child))


@routes.post("")
@tag(["Проходы и питание"])
@document_request(NewCard)
@document_response(ChildCards, 201)
async def add(child: str) -> Response:
    """A further key, from now on; wants a fresh sign-in. A number that looks like a bank card's is refused and kept nowhere."""
    who, typed = await signed_in_writer(), await body(NewCard)

    async def act() -> Response:
        return json(await cards.add_card(deps(), who, child, kind=typed.kind, number=typed.number), 201)

    return await once(deps(), who, act)


@routes.post("/<card>/<step>")
@tag(["Проходы и питание"])
@document_response(ChildCards)
async def turn(child: str, card: str, step: str) -> Response:
    """`step`: block, lose (at once, no fresh sign-in), found (a lost one within two weeks, with a fresh sign-in)."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await cards.turn_card(deps(), who, child, card, step))

    return await once(deps(), who, act)
