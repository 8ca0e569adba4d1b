"""What one guardian may not do alone: the pages that propose it, object to it and take it back."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.guardianship import proposals
from hub.flows.refusals import Reason, Refused
from hub.flows.who_sees import who_sees
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame, to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("guardianship_acts", __name__)

ACTS: Mapping[str, str] = {"change_school": "Смена школы", "erase_child": "Удаление всех записей ребёнка"}
STATES: Mapping[str, str] = {
    "waiting": "ждёт согласия остальных",
    "objected": "есть возражение, решает школа",
    "allowed": "можно исполнить, никто не возразил",
    "agreed": "школа согласна",
    "refused": "школа отказала",
    "withdrawn": "отозвано",
    "done": "исполнено",
}
routes.add_app_template_filter(lambda act: ACTS.get(str(act), "Предложение"), "family_act")
routes.add_app_template_filter(lambda state: STATES.get(str(state), ""), "proposal_state")


@routes.get("/children/<child>/proposals")
@hide
async def open_ones(child: str) -> Response:
    """What waits, and what may be proposed."""
    who, found = await signed_in(), deps()
    waiting = (await proposals.list_proposals(found, who, child)).items
    view = await who_sees(found, who, child)
    return await page("guardianship/proposals.html", view=view, waiting=waiting, **await frame(found, who, child))


@routes.get("/children/<child>/proposals/<act>")
@hide
async def ask(child: str, act: str) -> Response:
    """What the act means, and whether anybody else is to be asked."""
    who, found = await signed_in(), deps()
    view = await who_sees(found, who, child)
    if act not in ACTS or view.is_self:
        raise Refused(Reason.NOT_FOUND)
    again = again_unless_fresh(found, who, f"/children/{child}/proposals/{act}")
    alone = not any(one.state == "active" and not one.is_me for one in view.items)
    return await page("guardianship/propose.html", view=view, act=act, alone=alone, again=again, **await frame(found, who, child))


@routes.post("/children/<child>/proposals")
@hide
async def propose(child: str) -> Response:
    """Where nobody else is to be asked it is done at once."""
    who = await signed_in_writer()
    made = await proposals.propose_act(deps(), who, child, (await request.form).get("act", ""))
    return to("/notices" if made.state == "done" else f"/proposals/{made.id}")


@routes.get("/proposals/<proposal>")
@hide
async def show(proposal: str) -> Response:
    found = await proposals.read_proposal(deps(), await signed_in(), proposal)
    return await page("guardianship/proposal.html", here="family", one=found)


@routes.post("/proposals/<proposal>/object")
@hide
async def object_to(proposal: str) -> Response:
    """From now on only the school decides."""
    await proposals.object_to_act(deps(), await signed_in_writer(), proposal)
    return to(f"/proposals/{proposal}")


@routes.post("/proposals/<proposal>/withdraw")
@hide
async def take_back(proposal: str) -> Response:
    """Who proposed it changed the mind."""
    await proposals.take_back(deps(), await signed_in_writer(), proposal)
    return to(f"/proposals/{proposal}")
