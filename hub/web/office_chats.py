"""The office's chats as pages: class by class, one chat with its people, the school's messengers, a move with its plan first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from connectors.kit.errors import ConnectorError
from hub.errors import problem_of
from hub.flows import class_chats
from hub.flows.class_chats.words import MESSENGERS, NOTED, STATES, WHY
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.chats import MovePlan
from hub.web.answers import deps, page
from hub.web.api.chats import audience_of
from hub.web.office_desk import ELSEWHERE, to, typed_day
from hub.web.roster import school_here
from hub.web.visitors import signed_in, signed_in_writer
from identity.linking.class_chats import Audience, Strangers

routes = Blueprint("office_chats", __name__, url_prefix="/office/chats")

DONE: Mapping[str, str] = {
    "made": "Чат заведён. Приглашения пойдут в течение минуты.",
    "looked": "Проверили: ниже то, что в чате сейчас.",
    "unbound": "Сервис больше не ведёт этот чат. В самом мессенджере ничего не изменилось.",
    "connected": "Мессенджер подключён: токен проверен и хранится зашифрованным.",
    "ended": "Мессенджер отключён, токен удалён.",
    "chosen": "Записали.",
    "kept": "Записали: этот участник остаётся.",
    "gone": "Записали: участника уберут, если мессенджер позволит. Ниже видно, вышло ли.",
}
ACTS: Mapping[str, str] = {
    "chat.made": "чат заведён", "chat.bound": "чат подключён", "chat.came": "класс переехал сюда", "chat.moved": "класс переехал отсюда",
    "chat.unbound": "чат отключён", "chat.farewell": "прощальное сообщение в прежнем чате", "chat.let_go": "разрешено убрать",
    "member.invited": "приглашение", "member.added": "добавлен", "member.removed": "убран", "member.left": "вышел сам",
    "member.asked": "попросился снова", "member.stays_out": "отказался от чата", "guest.kept": "незнакомый участник оставлен",
    "guest.doomed": "незнакомого участника решено убрать", "look.asked": "проверка по просьбе",
    "chat.renamed": "класс называется иначе", "look.failed": "проверить не вышло",
}  # fmt: skip
RESULTS: Mapping[str, str] = {
    "done": "переехал", "stay": "уже там", "busy": "переводит другой", "skipped": "не переводили", "taken": "место занято",
}  # fmt: skip
REASONS: Mapping[str, str] = {**WHY, **NOTED, **{name: one.title for name, one in MESSENGERS.items()}}
routes.add_app_template_filter(lambda word: REASONS.get(str(word), str(word)), "chat_why")
routes.add_app_template_filter(lambda word: STATES.get(str(word), "ещё не приглашён"), "chat_member")
routes.add_app_template_filter(lambda word: ACTS.get(str(word), str(word)), "chat_act")
routes.add_app_template_filter(lambda word: RESULTS.get(str(word), "не вышло"), "chat_result")
FRAME: dict[str, Any] = {"here": "office", "office": True, "tab": "chats"}


@routes.get("")
@hide
async def every() -> Response:
    return await _every(None)


@routes.post("")
@hide
async def make() -> Response:
    who, form = await signed_in_writer(), await request.form
    asked = class_chats.NewChatAsked(
        klass=form.get("class", ""),
        audience=audience_of(form.get("audience", "")),
        carrier=form.get("carrier") or None,
        outside=form.get("outside", "").strip(),
    )
    try:
        made = await class_chats.make_chat(deps(), who, asked, school=await school_here())
    except (Refused, ConnectorError) as error:
        if isinstance(error, Refused) and error.reason in ELSEWHERE:
            raise
        return await _every(error)
    return to(f"/office/chats/{made.id}?done=made")


async def _every(error: Refused | ConnectorError | None) -> Response:
    who, school = await signed_in(), await school_here()
    found = await class_chats.list_chats(deps(), who, school=school)
    known = await class_chats.list_messengers(deps(), who, school=school)
    problem = problem_of(error) if error else None
    return await page(
        "chats/office.html",
        problem.status if problem else 200,
        found=found,
        messengers=known,
        problem=problem,
        done=DONE.get(request.args.get("done", "")),
        **FRAME,
    )


@routes.get("/messengers")
@hide
async def messengers() -> Response:
    return await _messengers(None)


@routes.post("/messengers/<carrier>")
@hide
async def connect(carrier: str) -> Response:
    """One form a messenger: connect, choose what becomes of strangers, or disconnect."""
    who, form, school = await signed_in_writer(), await request.form, await school_here()
    act, strangers = form.get("act", ""), Strangers.REMOVE if form.get("strangers") == "remove" else Strangers.TELL
    try:
        if act == "end":
            await class_chats.disconnect_messenger(deps(), who, carrier, school=school)
        elif act == "strangers":
            await class_chats.choose_strangers(deps(), who, carrier, strangers, school=school)
        else:
            since: date | None = typed_day(form["since"], "День начала записан неверно.") if form.get("since") else None
            wanted = class_chats.Wanted(
                carrier=carrier, account=form.get("account", ""), token=form.get("token", ""), strangers=strangers, since=since
            )
            await class_chats.connect_messenger(deps(), who, wanted, school=school)
    except (Refused, ConnectorError) as error:
        if isinstance(error, Refused) and error.reason in ELSEWHERE:
            raise
        return await _messengers(error, carrier)
    return to(f"/office/chats/messengers?done={ {'end': 'ended', 'strangers': 'chosen'}.get(act, 'connected') }")


async def _messengers(error: Refused | ConnectorError | None, opened: str = "") -> Response:
    found = await class_chats.list_messengers(deps(), await signed_in(), school=await school_here())
    problem = problem_of(error) if error else None
    answer = await page(
        "chats/messengers.html",
        problem.status if problem else 200,
        found=found,
        problem=problem,
        opened=opened,
        done=DONE.get(request.args.get("done", "")),
        **FRAME,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get("/move")
@hide
async def plan() -> Response:
    """The dry run: what would happen to whom. `?class=` and `?to=`."""
    who, asked = await signed_in(), request.args
    move = class_chats.Move(klass=asked.get("class", ""), carrier=asked.get("to", ""))
    return await _move(await class_chats.plan_move(deps(), who, move, school=await school_here()))


@routes.post("/move")
@hide
async def move() -> Response:
    who, form = await signed_in_writer(), await request.form
    outside = {one: form[one.value].strip() for one in Audience if form.get(one.value, "").strip()}
    asked = class_chats.Move(klass=form.get("class", ""), carrier=form.get("to", ""), outside=outside)
    return await _move(await class_chats.move_class(deps(), who, asked, school=await school_here()))


async def _move(found: MovePlan) -> Response:
    return await page("chats/move.html", found=found, **FRAME)


@routes.get("/<chat>")
@hide
async def one(chat: str) -> Response:
    return await _one(chat, None)


@routes.post("/<chat>/look")
@hide
async def look(chat: str) -> Response:
    await class_chats.look_now(deps(), await signed_in_writer(), chat)
    return to(f"/office/chats/{chat}?done=looked")


@routes.post("/<chat>/let-go")
@hide
async def let_go(chat: str) -> Response:
    who = await signed_in_writer()
    try:
        await class_chats.let_go(deps(), who, chat)
    except Refused as error:
        if error.reason is not Reason.ALREADY_DECIDED:
            raise
        return await _one(chat, error)
    return to(f"/office/chats/{chat}?done=looked")


@routes.post("/<chat>/guests/<guest>")
@hide
async def guest(chat: str, guest: str) -> Response:
    who = await signed_in_writer()
    keep = (await request.form).get("keep") == "1"
    try:
        await class_chats.decide_guest(deps(), who, chat, guest, keep=keep)
    except Refused as error:
        if error.reason is not Reason.ALREADY_DECIDED:
            raise
        return await _one(chat, error)
    return to(f"/office/chats/{chat}?done={'kept' if keep else 'gone'}")


@routes.post("/<chat>/class")
@hide
async def rename(chat: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await class_chats.rename_class(deps(), who, chat, form.get("class", ""))
    except Refused as error:
        if error.reason not in (Reason.ALREADY_DECIDED, Reason.NOT_FOUND):
            raise
        return await _one(chat, error)
    return to(f"/office/chats/{chat}?done=looked")


@routes.post("/<chat>/unbind")
@hide
async def unbind(chat: str) -> Response:
    await class_chats.unbind_chat(deps(), await signed_in_writer(), chat)
    return to("/office/chats?done=unbound")


async def _one(chat: str, error: Refused | None) -> Response:
    who = await signed_in()
    found = await class_chats.show_chat(deps(), who, chat)
    known = await class_chats.list_messengers(deps(), who, school=await school_here())
    problem = problem_of(error) if error else None
    return await page(
        "chats/room.html",
        problem.status if problem else 200,
        found=found,
        messengers=known,
        problem=problem,
        done=DONE.get(request.args.get("done", "")) if error is None and not found.chat.says else None,
        **FRAME,
    )
