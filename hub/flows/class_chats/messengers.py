"""The office connects a messenger to the school: the token is checked there, sealed here, and never shown again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connectors.kit.class_chat import AccountDead, AccountSeen, ChatAccount, ClassChatPort
from connectors.kit.manifest import ChatAbility
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.class_chats.words import MESSENGERS, sentence
from hub.flows.office.officers import Officer
from hub.flows.office.rights import Act, Reach
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import officer_here, take_turn
from hub.flows.views.school.chats import FoundChatView, MessengerList, MessengerView
from hub.store.school.chats import carriers, codes, journal, rooms
from hub.store.school.chats.carriers import CarrierCard, CarrierState, NewCarrier
from hub.store.school.chats.journal import Done
from hub.store.sessions import Visitor
from identity.linking.class_chats import Strangers

LONGEST_TOKEN = 500
ODD_TOKEN = "В токене бывают только латинские буквы, цифры и знаки: проверьте, что вставили его целиком и только его."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """As the office typed it; without `since` from today on."""

    carrier: str
    account: str = ""
    token: str = field(default="", repr=False)
    strangers: Strangers = Strangers.TELL
    since: date | None = None


def chat_officer(deps: Deps, visitor: Visitor, school: str | None, *, wide: bool = False) -> Officer:
    """In the caller's unit: who looks after chats here; `wide`: of the whole school."""
    officer = officer_here(deps, visitor, school, act=Act.CHATS)
    if wide and officer.reach is not Reach.SCHOOL:
        raise Refused(Reason.NOT_OFFICE, "Мессенджеры школы и переезд чатов — дело администратора школы.")
    return officer


def chats_port(deps: Deps, carrier: str) -> ClassChatPort:
    port = deps.chats.get(carrier)
    if port is None or carrier not in MESSENGERS:
        raise Refused(Reason.UNKNOWN_SYSTEM, "Такого мессенджера здесь нет.")
    return port


async def list_messengers(deps: Deps, visitor: Visitor, *, school: str | None = None) -> MessengerList:
    now = deps.now()

    def unit() -> MessengerList:
        officer = chat_officer(deps, visitor, school)
        known = {one.carrier: one for one in carriers.of_school(deps.keys, officer.school)}
        first = carriers.in_force(deps.keys, officer.school, today_in(officer, now))
        items = tuple(
            _view(deps, name, known.get(name), in_force=first is not None and first.carrier == name, zone=officer.zone)
            for name in MESSENGERS
            if name in deps.chats
        )
        return MessengerList(zone=officer.zone, may_change=officer.reach is Reach.SCHOOL, items=items)

    return await deps.db.read(unit)


def _view(deps: Deps, name: str, card: CarrierCard | None, *, in_force: bool, zone: str) -> MessengerView:
    note = card.note if card is not None and (card.state is CarrierState.DEAD or card.paused_until) else ""
    paused = card is not None and card.paused_until is not None and card.paused_until > deps.now()
    until = f"{card.paused_until.astimezone(ZoneInfo(zone)):%d.%m в %H:%M}" if card and card.paused_until else ""
    says = sentence(note, kind=name, until=until) if card is not None and (card.state is CarrierState.DEAD or paused) else ""
    return MessengerView(
        carrier=name,
        title=MESSENGERS[name].title,
        state=card.state.value if card is not None else "not_connected",
        since=card.since if card is not None else None,
        account=card.account if card is not None else "",
        account_name=card.account_name if card is not None else "",
        strangers=card.strangers.value if card is not None else Strangers.TELL.value,
        in_force=in_force,
        can=tuple(sorted(one.value for one in deps.chats[name].manifest.chat)),
        says=says,
        checked_at=card.checked_at if card is not None else None,
        found=tuple(FoundChatView(id=id_, title=title) for id_, title in codes.found_at(card.id)) if card is not None else (),
    )


async def connect_messenger(deps: Deps, visitor: Visitor, wanted: Wanted, *, school: str | None = None) -> MessengerList:
    """Connects it, or gives the connected one a new token; its chats are looked at again at once."""
    officer = await deps.db.read(lambda: chat_officer(deps, visitor, school, wide=True))
    port = chats_port(deps, wanted.carrier)
    token = wanted.token.strip()
    if len(token) > LONGEST_TOKEN or len(wanted.account.strip()) > 40:
        raise Refused(Reason.MALFORMED, "Токен или номер слишком длинные: проверьте, что вставили их целиком и только их.")
    if not (token.isascii() and token.isprintable()):  # no header carries it, so nobody is asked
        raise Refused(Reason.MALFORMED, ODD_TOKEN)
    if ChatAbility.LIST in port.manifest.chat and not token:
        raise Refused(Reason.MALFORMED, "Вставьте токен: без него мессенджер не пустит.")
    take_turn(deps.memory.office_acts, visitor, "chat.messenger")
    seen = await _seen(port, ChatAccount(id=wanted.account.strip(), token=Secret(token)))
    now = deps.now()
    today = today_in(officer, now)

    def unit() -> None:
        here = chat_officer(deps, visitor, officer.school, wide=True)
        new = NewCarrier(
            school=here.school,
            carrier=wanted.carrier,
            since=wanted.since or today,
            account=seen.id,
            account_name=seen.name[:200],
            username=seen.username,
            strangers=wanted.strangers,
            token=token,
        )
        id_ = carriers.put(deps.keys, new, by=here.person, now=now)
        rooms.mark([room.id for room in rooms.of_carrier(deps.keys, id_)], now=now)
        journal.note(here.school, "", [Done(action="messenger.connected", actor=here.person, why=wanted.carrier)], now=now)

    await deps.db.write(unit)
    return await list_messengers(deps, visitor, school=officer.school)


async def _seen(port: ClassChatPort, account: ChatAccount) -> AccountSeen:
    try:
        return await port.check(account)
    except AccountDead as error:
        raise Refused(Reason.MALFORMED, "Мессенджер не принял этот токен. Проверьте, что он скопирован целиком и не отозван.") from error


async def disconnect_messenger(deps: Deps, visitor: Visitor, carrier: str, *, school: str | None = None) -> MessengerList:
    """Only when no chat is left on it: nobody's chat is cut off by the way."""
    now = deps.now()

    def unit() -> str:
        officer = chat_officer(deps, visitor, school, wide=True)
        card = carriers.by_account(deps.keys, carrier, officer.school)
        if card is None:
            raise Refused(Reason.NOT_FOUND)
        left = len(rooms.of_carrier(deps.keys, card.id))
        if left:
            raise Refused(Reason.FORBIDDEN, f"На этом мессенджере ещё чаты: {left}. Сначала переведите или отключите их.")
        carriers.end(card.id)
        journal.note(officer.school, "", [Done(action="messenger.ended", actor=officer.person, why=carrier)], now=now)
        return officer.school

    return await list_messengers(deps, visitor, school=await deps.db.write(unit))


async def choose_strangers(deps: Deps, visitor: Visitor, carrier: str, strangers: Strangers, *, school: str | None = None) -> MessengerList:
    """What becomes of members whom the service does not know: told of, or told of and removed after a day."""

    def unit() -> str:
        officer = chat_officer(deps, visitor, school, wide=True)
        card = carriers.by_account(deps.keys, carrier, officer.school)
        if card is None:
            raise Refused(Reason.NOT_FOUND)
        carriers.set_strangers(card.id, strangers)
        done = Done(action="messenger.strangers", actor=officer.person, why=strangers.value)
        journal.note(officer.school, "", [done], now=deps.now())
        return officer.school

    return await list_messengers(deps, visitor, school=await deps.db.write(unit))


def today_in(officer: Officer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(officer.zone)).date()
