"""«Мои входы»: the list, connecting a profile, and taking a sign-in away after a page that says what that means."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import explained
from hub.flows import link_account
from hub.flows.link_account.intents import exits
from hub.flows.my_sign_ins import my_sign_ins, one_sign_in, way_to_add
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.departing import departing
from hub.web.freshness import again_unless_fresh
from hub.web.visitors import browser, keep_browser, new_browser, signed_in, signed_in_writer
from identity.model import LinkRole

routes = Blueprint("sign_ins", __name__, url_prefix="/family/sign-ins")

CAN = {
    ("sign_in", True): "Открывает кабинет и доказывает, кто вы: дети, действия за детей, деньги.",
    ("sign_in", False): "Открывает кабинет. Сам по себе не доказывает, чей вы родитель.",
    ("chat", True): "Профиль ребёнка для школьных чатов. Кабинет не открывает.",
    ("chat", False): "Профиль ребёнка для школьных чатов. Кабинет не открывает.",
    ("diary", True): "Показывает дневник только тому, кто его подключил.",
    ("diary", False): "Показывает дневник только тому, кто его подключил.",
}
routes.add_app_template_filter(lambda item: CAN.get((item.use, item.strong), ""), "sign_in_can")
routes.add_app_template_filter(lambda reason: explained().get(str(reason), ("Не подключено", "Начните заново.")), "refusal_words")


@routes.get("")
@hide
async def show() -> Response:
    who, found = await signed_in(), deps()
    view = await my_sign_ins(found, who)
    return await page("sign_ins/list.html", here="family", view=view, diaries=set(found.diaries), linked="linked" in request.args)


@routes.get("/add/<system>")
@hide
async def add(system: str) -> Response:
    """One button: away to the profile's own page."""
    who, found = await signed_in(), deps()
    way = await way_to_add(found, who, system, request.args.get("person"))
    here = f"/family/sign-ins/add/{system}?person={way.person}"
    return await page("sign_ins/add.html", here="family", way=way, again=again_unless_fresh(found, who, here))


@routes.post("/add/<system>")
@hide
async def leave(system: str) -> Response:
    """Stores the intent, then the browser goes to the provider."""
    who, found = await signed_in_writer(), browser() or new_browser()
    way = await way_to_add(deps(), who, system, (await request.form).get("person"))
    started = await link_account.start_intent(
        deps(), who, system, person=way.person, role=LinkRole(way.role), browser=found, next_path="/family/sign-ins?linked=1"
    )
    answer = await departing(started.authorize_url, way.title)
    keep_browser(answer, found)
    return answer


@routes.get("/<link>/remove")
@hide
async def sure(link: str) -> Response:
    """Says what is lost; the last strong identity stays, and the page says why before anything is tapped."""
    who, found = await signed_in(), deps()
    item = await one_sign_in(found, who, link)
    if item.kept_because is not None:
        raise Refused(Reason.LAST_STRONG_IDENTITY, item.kept_because, more={"exits": exits(item.system)})
    return await page("sign_ins/remove.html", here="family", item=item, again=again_unless_fresh(found, who, request.path))


@routes.post("/<link>/remove")
@hide
async def remove(link: str) -> Response:
    """Disconnects an account; its access is destroyed at once."""
    await link_account.unlink(deps(), await signed_in_writer(), link)
    return Response(b"", 303, headers={"Location": "/family/sign-ins", "Cache-Control": "no-store"})
