"""A person's MAX profile is bound through the school's bot: a one-time code opens it, and the same session confirms who came (RULES A9)."""

from __future__ import annotations

import secrets

from connectors.kit.class_chat import AccountSeen, BotPort
from hub.deps import Deps
from hub.flows.class_chats.following import mark_people
from hub.flows.class_chats.reconcile import account_of
from hub.flows.link_account.intents import exits
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import IntentStarted
from hub.flows.views.school.chats import BotProfile
from hub.store.connecting import intents
from hub.store.connecting.intents import Intent, IntentState
from hub.store.school.chats import carriers, codes
from hub.store.school.chats.carriers import CarrierCard, CarrierState
from hub.store.sessions import Visitor
from identity.ages import Phase, phase
from identity.claims import Claims, Level
from identity.linking.profiles import BindState
from identity.model import EdgeState, LinkRole, PersonId
from identity.store import edges, person, view_right
from identity.store.accounts.profiles import BindIntent, bind_profile
from identity.store.school.cards import classes_of

_STATES = {BindState.ACTIVE: IntentState.ACTIVE, BindState.REVIEW: IntentState.REVIEW, BindState.REFUSED: IntentState.REFUSED}
NO_BOT = "Школа пока не подключила бота этого мессенджера. Чат появится, когда подключит; остальное работает как обычно."


def is_bot(deps: Deps, system: str) -> bool:
    """Whether a profile there is bound through a school's bot."""
    return isinstance(deps.chats.get(system), BotPort)


async def begin_bot_profile(
    deps: Deps, visitor: Visitor, system: str, *, whom: str | None = None, role: LinkRole | None = None
) -> IntentStarted:
    """`authorize_url` opens the bot with the code. Nobody is bound by that: who came is confirmed here, in this session."""
    port = deps.chats.get(system)
    if not isinstance(port, BotPort):
        raise Refused(Reason.UNKNOWN_SYSTEM)
    require_fresh(deps, visitor.auth_time)
    now, who, target = deps.now(), PersonId(visitor.person), PersonId(whom or visitor.person)
    role = role or (LinkRole.PARENT if target == who else LinkRole.CHILD)
    code = secrets.token_urlsafe(24)

    def unit() -> tuple[str, CarrierCard]:
        if target != who:
            _may_start(deps, who, target)
        card = _bot_of(deps, system, target)
        intent = intents.add(
            system=system, initiator=who, session=visitor.session, person=target, role=_role(deps, who, target, role).value, now=now
        )
        codes.add(deps.keys, intent=intent, code=code, carrier=system, initiator=who, now=now)
        return intent, card

    intent, card = await deps.db.write(unit)
    bot = AccountSeen(id=card.account, name=card.account_name, username=card.username)
    if not bot.username:
        bot = await port.check(account_of(card))
    return IntentStarted(intent=intent, authorize_url=port.start_link(bot, code))


def _role(deps: Deps, who: PersonId, target: PersonId, asked: LinkRole) -> LinkRole:
    """A pupil's own profile is a child's, whoever asks."""
    me = person(deps.keys, target)
    where = phase(me.birth_date, deps.now(), me.zone) if me is not None else Phase.UNKNOWN
    return LinkRole.CHILD if target == who and where not in (Phase.ADULT, Phase.UNKNOWN) else asked


def _may_start(deps: Deps, who: PersonId, child: PersonId) -> None:
    """A guardian begins for a child under 14; from 14 the pupil binds himself (facts 5.2, 7)."""
    right = view_right(deps.keys, who, child, now=deps.now())
    known = person(deps.keys, child)
    if not right.allowed or right.delegated or right.diary_only or known is None:
        raise Refused(Reason.NOT_FOUND)
    if not phase(known.birth_date, deps.now(), known.zone).under_14:
        raise Refused(Reason.PUPIL_DECIDES)


def _bot_of(deps: Deps, system: str, target: PersonId) -> CarrierCard:
    """The working bot of the school of the person, or of a child that the person guards."""
    children = [edge.child for edge in edges.of_guardian(target) if edge.state is EdgeState.ACTIVE]
    for school, _ in classes_of((target, *children)).values():
        card = carriers.by_account(deps.keys, system, school)
        if card is not None and card.state is CarrierState.WORKING:
            return card
    raise Refused(Reason.FORBIDDEN, NO_BOT)


async def show_bot_profile(deps: Deps, visitor: Visitor, intent: str) -> BotProfile:
    """Whether anybody came with the code, and how the messenger calls him."""
    now = deps.now()

    def unit() -> BotProfile:
        found = _own(visitor, intents.find(intent, now=now))
        code = codes.find(deps.keys, intent, now=now)
        return _view(found, code)

    return await deps.db.read(unit)


def _own(visitor: Visitor, found: Intent | None) -> Intent:
    if found is None or found.initiator != visitor.person:
        raise Refused(Reason.NOT_FOUND)
    return found


def _view(found: Intent, code: codes.CodeCard | None) -> BotProfile:
    state, name = found.state.value, ""
    if found.state is IntentState.STARTED:
        state = "expired" if code is None else "seen" if code.subject else "waiting"
        name = code.name if code is not None else ""
    return BotProfile(intent=found.id, state=state, name=name, person=found.person, child=found.person, link=found.link)


async def confirm_bot_profile(deps: Deps, visitor: Visitor, intent: str, *, yes: bool) -> BotProfile:
    """«Это мой профиль»: bound by the rules of every profile. A no forgets whoever came, and binds nobody."""
    now = deps.now()

    def unit() -> BotProfile:
        found = _own(visitor, intents.find(intent, now=now))
        code = codes.find(deps.keys, intent, now=now)
        if found.state is IntentState.ACTIVE:
            return _view(found, None)
        if found.state is not IntentState.STARTED or code is None or code.subject is None:
            raise Refused(Reason.FLOW_EXPIRED, "Время вышло, или бота с этим кодом ещё не открыли. Начните заново: ничего не изменилось.")
        codes.drop(intent)
        if not yes:
            intents.settle(intent, state=IntentState.REFUSED, reason="not_mine")
            return _view(intents.find(intent, now=now) or found, None)
        claims = Claims(system=found.system, subject=code.subject, level=Level.UNKNOWN)
        wish = BindIntent(initiator=PersonId(found.initiator), person=PersonId(found.person), role=LinkRole(found.role), signs_in=False)
        # Whoever opened the bot with a passed-on code is bound to nobody: only the person who asked can say that it was he.
        outcome = bind_profile(deps.keys, claims, wish, session_person=PersonId(visitor.person), now=now)
        intents.settle(
            intent,
            state=_STATES[outcome.state],
            reason=outcome.reason.value if outcome.reason else None,
            link=outcome.link.id if outcome.link else None,
        )
        if outcome.state is BindState.ACTIVE:
            mark_people([PersonId(found.person)], now=now)
        return _view(intents.find(intent, now=now) or found, None)

    shown = await deps.db.write(unit)
    if shown.state in ("refused", "review") and yes:
        found = await deps.db.read(lambda: intents.find(intent, now=now))
        reason = Reason(found.reason) if found is not None and found.reason else Reason.FORBIDDEN
        raise Refused(reason, more={"state": shown.state, "intent": intent, "exits": exits(found.system, None) if found else ()})
    return shown
