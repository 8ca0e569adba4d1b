"""`/contacts`: where and when a person is told; `/phone-stop` and `/unsubscribe`, which work without a sign-in."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows import notices
from hub.flows.contacts.asking import ask_contact
from hub.flows.contacts.browsers import unsubscribe
from hub.flows.contacts.confirming import confirm_contact
from hub.flows.contacts.leaving_list import leave_list, owner_of
from hub.flows.contacts.showing import show_contacts
from hub.flows.contacts.stopping import stop_by_code, stop_own
from hub.flows.contacts.switching import put_way, try_out
from hub.flows.contacts.words import TITLES
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.office_desk import to
from hub.web.visitors import network, require_our_page, signed_in, signed_in_writer, visitor

routes = Blueprint("contacts", __name__)
SHOWN_HERE = frozenset({Reason.MALFORMED, Reason.CODE_WRONG, Reason.CODE_OVER, Reason.TOO_MANY, Reason.CANNOT_REACH})
"""What is said on the page itself, with the form as it was."""
ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Novosibirsk", "Asia/Krasnoyarsk",
    "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
)  # fmt: skip
"""The eleven zones of the country, Siberia's two names of one among them; another one may be set by the JSON interface."""
DONE = {
    "phone": "Телефон сменён: СМС приходят на него.",
    "email": "Почта подтверждена: письма приходят на неё.",
    "off": "Выключили.",
    "on": "Включили.",
    "back": "Прежний телефон возвращён.",
    "tried": "Проверочное сообщение ушло. Не пришло за пару минут? Посмотрите в спаме или включите другой способ.",
    "nights": "Тихие часы записаны.",
}


@routes.get("/contacts")
@hide
async def show() -> Response:
    return await _page(await signed_in(), done=DONE.get(request.args.get("done", ""), ""))


@routes.post("/contacts/new/<kind>")
@hide
async def ask(kind: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    typed = form.get("value", "")
    try:
        await ask_contact(deps(), who, kind, typed)
    except Refused as refused:
        return await _again(who, refused, where=kind, typed=typed)
    return to("/contacts#code")


@routes.post("/contacts/confirm")
@hide
async def confirm() -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await confirm_contact(deps(), who, form.get("id", ""), form.get("code", ""))
    except Refused as refused:
        return await _again(who, refused, where="code")
    kind = form.get("kind", "")
    return to(f"/contacts?done={kind if kind in ('phone', 'email') else 'on'}")


@routes.post("/contacts/switch/<kind>")
@hide
async def switch(kind: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    enabled = form.get("enabled") == "yes"
    try:
        await put_way(deps(), who, kind, enabled=enabled)
    except Refused as refused:
        return await _again(who, refused, where=kind)
    return to(f"/contacts?done={'on' if enabled else 'off'}")


@routes.post("/contacts/return")
@hide
async def return_phone() -> Response:
    await stop_own(deps(), await signed_in_writer())
    return to("/contacts?done=back")


@routes.post("/contacts/test")
@hide
async def test() -> Response:
    who, form = await signed_in_writer(), await request.form
    channel = form.get("channel", "")
    try:
        await try_out(deps(), who, channel)
    except Refused as refused:
        return await _again(who, refused, where=channel)
    return to("/contacts?done=tried")


@routes.post("/contacts/browsers/<browser>/off")
@hide
async def browser_off(browser: str) -> Response:
    await unsubscribe(deps(), await signed_in_writer(pupil=True), browser)
    return to("/contacts?done=off")


@routes.post("/contacts/nights")
@hide
async def nights() -> Response:
    who, form = await signed_in_writer(pupil=True), await request.form
    off = form.get("off") == "yes"
    try:
        await notices.put_quiet_hours(deps(), who, off=off, first=form.get("from"), last=form.get("to"), zone=form.get("zone") or "")
    except Refused as refused:
        return await _again(who, refused, where="nights")
    return to("/contacts?done=nights")


@routes.get("/phone-stop")
@hide
async def phone_stop() -> Response:
    """Where the SMS to the former phone leads; the code is typed, so that it stands in no address."""
    await visitor()
    return await page("contacts/stop.html", done="done" in request.args, fault="")


@routes.post("/phone-stop")
@hide
async def stop() -> Response:
    require_our_page()
    await visitor()
    form = await request.form
    try:
        await stop_by_code(deps(), form.get("code", ""), network=network())
    except Refused as refused:
        if refused.reason is not Reason.CODE_WRONG:
            raise
        return await page("contacts/stop.html", 422, done=False, fault=refused.detail)
    return to("/phone-stop?done=yes")


@routes.get("/unsubscribe/<token>")
@hide
async def unsubscribe_page(token: str) -> Response:
    """A link that a mail program opens by itself changes nothing: the button does."""
    await visitor()
    if owner_of(deps(), token) is None:
        raise Refused(Reason.NOT_FOUND)
    return await page("contacts/unsubscribe.html", token=token, done="done" in request.args)


@routes.post("/unsubscribe/<token>")
@hide
async def one_click(token: str) -> Response:
    """A mail program's single POST (RFC 8058): without a session, a cookie or a page of ours; the link itself is the proof."""
    await visitor()
    await leave_list(deps(), token)
    return await page("contacts/unsubscribe.html", token=token, done=True)


async def _again(who: Visitor, refused: Refused, *, where: str, typed: str = "") -> Response:
    """The page with the sentence beside its form."""
    if refused.reason not in SHOWN_HERE:
        raise refused
    fault = refused.detail or "Слишком часто. Подождите и попробуйте ещё раз."
    if refused.reason is Reason.TOO_MANY and refused.after_s:
        minutes = max(1, round(refused.after_s / 60))
        fault = f"Код уже отправлен. Другой можно попросить через {minutes} мин." if minutes < 120 else "На сегодня коды кончились: завтра."
    status = {Reason.TOO_MANY: 429, Reason.CODE_OVER: 409, Reason.CANNOT_REACH: 409}.get(refused.reason, 422)
    link = refused.more.get("opens_at", "")
    return await _page(who, fault=fault, where=where, typed=typed, link=link if isinstance(link, str) else "", status=status)


async def _page(
    who: Visitor, *, done: str = "", fault: str = "", where: str = "", typed: str = "", link: str = "", status: int = 200
) -> Response:
    return await page(
        "contacts/ways.html",
        status,
        here="notices",
        ways=await show_contacts(deps(), who),
        nights=await notices.show_quiet_hours(deps(), who),
        zones=ZONES,
        children=(await list_children(deps(), who)).items,
        titles=TITLES,
        done=done,
        fault=fault,
        where=where,
        typed=typed,
        link=link,
    )
