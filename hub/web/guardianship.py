"""«Кто видит ребёнка»: the graph as people read it, stopping somebody, and leaving; each act has a page that asks once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response
from quart_schema import hide

from hub.deps import Deps
from hub.flows.guardianship.leave import leave_child
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children
from hub.flows.views.diary import ChildHead
from hub.flows.views.people.guardianship import GuardianList
from hub.flows.who_sees import freeze_guardian, who_sees
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("guardianship", __name__)

KINDS: Mapping[str, str] = {
    "parent": "родитель",
    "adopter": "усыновитель",
    "opekun": "опекун, до 14 лет ребёнка",
    "popechitel": "попечитель, с 14 до 18 лет ребёнка",
    "foster": "приёмный родитель",
    "institution": "сотрудник учреждения, где живёт ребёнок",
}
MEANS: Mapping[str, str] = {
    "active": "Просмотр записей до 18 лет ребёнка.",
    "to_confirm": "Две недели только просмотр: Госуслуги больше не показывают этого ребёнка.",
    "waiting": "Просмотр ещё не открыт: нужна подтверждённая учётная запись Госуслуг.",
    "frozen": "Просмотр закрыт, пока школа не решит.",
}
routes.add_app_template_filter(lambda kind: KINDS.get(str(kind), "родитель или опекун"), "guardian_kind")
routes.add_app_template_filter(lambda state: MEANS.get(str(state), ""), "edge_means")


async def frame(found: Deps, who: Visitor, child: str) -> dict[str, Any]:
    """What the head of a child's page needs; a child that is not on the visitor's list does not exist."""
    siblings = (await list_children(found, who)).items
    ids = [sibling.id for sibling in siblings]
    if child not in ids:
        raise Refused(Reason.NOT_FOUND)
    row = siblings[ids.index(child)]
    head = ChildHead(id=row.id, last_name=row.last_name, first_name=row.first_name, birth_date=None)
    return {"head": head, "siblings": siblings, "colour": ids.index(child) % 6 + 1, "section": "who-sees"}


@routes.get("/children/<child>/who-sees")
@hide
async def seen_by(child: str) -> Response:
    who, found = await signed_in(), deps()
    view = await who_sees(found, who, child)
    return await page("guardianship/who_sees.html", view=view, **await frame(found, who, child))


@routes.get("/children/<child>/guardians/<guardian>/freeze")
@hide
async def ask_freeze(child: str, guardian: str) -> Response:
    """«Я не знаю этого человека», asked once more; works without JavaScript."""
    who, found = await signed_in(), deps()
    view = await who_sees(found, who, child)
    one = next((one for one in view.items if one.person == guardian and not one.is_me and one.state != "frozen"), None)
    if one is None or not view.may_freeze:
        raise Refused(Reason.NOT_FOUND)
    return await page("guardianship/freeze.html", view=view, one=one, **await frame(found, who, child))


@routes.post("/children/<child>/guardians/<guardian>/freeze")
@hide
async def freeze(child: str, guardian: str) -> Response:
    """The stopped person sees nothing from this moment."""
    await freeze_guardian(deps(), await signed_in_writer(), child, guardian)
    return to(f"/children/{child}/who-sees")


@routes.get("/children/<child>/leave")
@hide
async def ask_leave(child: str) -> Response:
    """What leaving means, and the button."""
    who, found = await signed_in(), deps()
    view = await _leaving(found, who, child)
    again = again_unless_fresh(found, who, f"/children/{child}/leave")
    return await page("guardianship/leave.html", view=view, again=again, **await frame(found, who, child))


@routes.post("/children/<child>/leave")
@hide
async def leave(child: str) -> Response:
    """Ends the own guardianship of this child."""
    await leave_child(deps(), await signed_in_writer(), child)
    return to("/family")


async def _leaving(found: Deps, who: Visitor, child: str) -> GuardianList:
    view = await who_sees(found, who, child)
    if not view.may_leave:
        raise Refused(Reason.NOT_FOUND)
    return view


def to(path: str) -> Response:
    """After a form the browser asks for the page anew."""
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})
