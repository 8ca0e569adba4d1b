"""Taking a child's diary away: the page «Скачать», the table, the JSON."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.outputs.diary_file import KINDS, Asked, diary_csv, diary_json, kinds_asked
from hub.flows.outputs.taking import why_not
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import school_year_of
from hub.flows.show_me import list_children
from hub.flows.sign_in_again import is_fresh_now
from hub.flows.views.outputs import Download
from hub.flows.words import today_of
from hub.store.sessions import Visitor
from hub.web.answers import deps, page, wants_page
from hub.web.api.reading import day
from hub.web.calendars import head_of
from hub.web.freshness import again_unless_fresh
from hub.web.visitors import led_from_elsewhere, signed_in

routes = Blueprint("exports", __name__)

TITLES = dict(zip(KINDS, ("Расписание", "Оценки", "Домашние задания", "Итоговые оценки", "Пропуски"), strict=True))
SEPARATORS = {"": ";", "semicolon": ";", "comma": ",", "tab": "\t"}
STRANGE = "Откройте «Скачать» на странице дневника и нажмите кнопку там."


@routes.get("/children/<child>/download")
@hide
async def choose(child: str) -> Response:
    """What to take, for which days; nothing is made yet."""
    who, found = await signed_in(), deps()
    siblings = await list_children(found, who)
    head, colour = head_of(siblings, child)
    today = await today_of(found, child)
    return await page(
        "outputs/download.html",
        section="download",
        head=head,
        siblings=siblings.items,
        colour=colour,
        may_not=await why_not(found, who, child),
        kinds=[(kind.value, title) for kind, title in TITLES.items()],
        start=school_year_of(today).start,
        end=today,
        again=again_unless_fresh(found, who, f"/children/{child}/download"),
    )


@routes.get("/export/diary/<child>.csv")
@hide
async def as_table(child: str) -> Response:
    """`?kind=marks&from=&to=`; `sep` is semicolon, comma or tab, `bom=0` leaves out the mark that Excel needs."""
    who = await signed_in()
    return await back_to_page(who, child) or handed(await diary_csv(deps(), who, _asked(child)))


@routes.get("/export/diary/<child>.json")
@hide
async def as_json(child: str) -> Response:
    """`?kind=marks,finals&from=&to=`; without kinds all of them."""
    who = await signed_in()
    return await back_to_page(who, child) or handed(await diary_json(deps(), who, _asked(child)))


async def back_to_page(who: Visitor, child: str) -> Response | None:
    """A link on a foreign page starts nothing. Whose sign-in is too old begins at our page: a browser that comes back from the provider
    looks like one led here from elsewhere."""
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, STRANGE)
    if wants_page() and not is_fresh_now(deps(), who):
        return Response(b"", 303, headers={"Location": f"/children/{child}/download", "Cache-Control": "no-store"})
    return None


def handed(file: Download) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(file.body, content_type=file.content_type, headers=headers)


def _asked(child: str) -> Asked:
    separator = SEPARATORS.get(request.args.get("sep", ""))
    if separator is None:
        raise Refused(Reason.MALFORMED, f"«sep» — одно из: {', '.join(filter(None, SEPARATORS))}.")
    return Asked(
        child=child,
        kinds=kinds_asked(request.args.get("kind", "")),
        start=day("from"),
        end=day("to"),
        separator=separator,
        bom=request.args.get("bom") != "0",
    )
