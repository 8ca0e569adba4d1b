"""A person takes everything of their own away as one file; each child in it is an audited export (RULES A5b, A11, A13)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from hub.deps import Deps
from hub.flows.leave.cards import my_cards, my_photo
from hub.flows.leave.money import my_money
from hub.flows.leave.passes import my_passes
from hub.flows.leave.told import my_quiet_hours, my_told
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.self_service.mine import (
    FORMAT,
    MineView,
    MyAbsence,
    MyBrowser,
    MyCalendar,
    MyChange,
    MyChild,
    MyContact,
    MyCopy,
    MyDiary,
    MyJoin,
    MyNotice,
    MySaid,
    MySession,
    MySettings,
    MyTalk,
    MyText,
)
from hub.flows.views.self_service.my_money import MyMoney
from hub.flows.words import title_of
from hub.store import notices, preferences, reach, sessions
from hub.store.connecting import choices
from hub.store.diaries import diary_copies, diary_links
from hub.store.joining import bundles
from hub.store.outputs import calendars, feeds
from hub.store.preferences import Preferences
from hub.store.process.memory import Throttle
from hub.store.reach import addresses, pushes
from hub.store.sessions import Kind, Visitor
from hub.store.written import absences, appeals, texts, tickets
from identity.ages import phase
from identity.model import ActorKind, EdgeState, PersonId
from identity.store import ChildView, children_of, edges, export_person, held_by_merge, person, record_change

MOST_NOTICES = 1000
KINDS = ("phone", "email")
MOST_BLOCKS = 1000
AN_HOUR = 6
LEFT_OUT = (
    "Контакты, платежи, сообщения и устройства других взрослых",
    "Пароли, токены и ключи, которыми открыты дневники",
    "Записи, которые видите только по временному доступу от другого родителя",
)
HELD = "Связь с этим ребёнком пришла из соединённой записи. Пока соединение можно отменить (14 дней), эти данные не выгружаются."
YOUNG = "До 14 лет данные ученика забирает родитель из своего кабинета."


async def export_mine(deps: Deps, visitor: Visitor) -> MineView:
    """Bounded in notices, blocks and times an hour; nothing of it is kept on our side."""
    require_fresh(deps, visitor.auth_time)
    budget = deps.memory.budgets.setdefault("exports of mine", Throttle(limit=AN_HOUR, window_s=3600.0))
    if not budget.take(visitor.person):
        raise Refused(Reason.TOO_MANY, after_s=budget.wait_s(visitor.person))
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> MineView:
        me = person(deps.keys, who)
        if me is None:
            raise Refused(Reason.NOT_SIGNED_IN)
        if phase(me.birth_date, now, me.zone).under_14:
            raise Refused(Reason.FORBIDDEN, YOUNG)
        record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=who, action="person.exported", now=now)
        chosen = preferences.of_person(deps.keys, who)
        return MineView(
            format=FORMAT,
            made_at=now,
            me=export_person(deps.keys, who, by=who, now=now),
            settings=_settings(deps, who, chosen),
            sessions=_sessions(who, now),
            notices=tuple(MyNotice(kind=one.kind, at=one.at, text=one.text) for one in notices.newest(deps.keys, who, limit=MOST_NOTICES)),
            told=my_told(who),
            quiet_hours=my_quiet_hours(who),
            texts=tuple(
                MyText(kind=one.kind, at=one.created_at, state=one.state.value, phone=one.phone, text=one.text)
                for one in texts.of_person(deps.keys, who)
            ),
            absences=_absences(deps, who),
            talks=_talks(deps, who),
            joins=_joins(deps, who),
            children=tuple(_child(deps, who, view, chosen) for view in _mine(deps, who)),
            calendars=tuple(
                MyCalendar(child=one.child, created_at=one.created_at, used_at=one.used_at) for one in calendars.of_person(who)
            ),
            money=_money(deps, visitor, _mine(deps, who)),
            left_out=LEFT_OUT,
        )

    return await deps.db.write(unit)


def _settings(deps: Deps, who: PersonId, chosen: Preferences) -> MySettings:
    return MySettings(
        date_format=chosen.date_format.value,
        time_format=chosen.time_format.value,
        phone=chosen.phone,
        email=chosen.email,
        region=choices.of_person(who),
        contacts=tuple(
            MyContact(kind=kind, value=one.value, told_by=one.told_by, dead=one.dead)
            for kind in KINDS
            for one in addresses.known(deps.keys, who, kind)
        ),
        reached_by=tuple(one.channel.value for one in reach.of_person(deps.keys, who)),
        browsers=tuple(MyBrowser(label=one.label, since=one.created_at) for one in pushes.of_person(deps.keys, who)),
    )


def _money(deps: Deps, visitor: Visitor, views: list[ChildView]) -> MyMoney:
    """What a guardian sees of the child's money by a right of one's own; a diary alone opens no purse (RULES A15)."""
    who, now = PersonId(visitor.person), deps.now()
    seen = [one for one in views if not one.diary_only]
    held = [one.person.id for one in seen if not one.is_self and held_by_merge(deps.keys, who, one.person.id, now=now)]
    return my_money(deps, visitor, [one.person.id for one in seen], held=held, why_not=HELD)


def _absences(deps: Deps, who: PersonId) -> tuple[MyAbsence, ...]:
    """The own words only: what the other guardian told is the other's."""
    return tuple(
        MyAbsence(
            child=one.child,
            first_day=one.first_day,
            last_day=one.last_day,
            lessons=one.told.lessons,
            kind=one.told.kind,
            reason=one.told.reason,
            state=one.state.value,
            answer=one.answer,
        )
        for one in absences.of_author(deps.keys, who)
    )


def _joins(deps: Deps, who: PersonId) -> tuple[MyJoin, ...]:
    return tuple(
        MyJoin(
            child=one.child,
            school=one.legal_name,
            school_year=one.school_year,
            class_name=one.class_name,
            role=one.role.value,
            state=one.state.value,
            submitted_at=one.submitted_at,
            requests=tuple((it.kind.value, it.state.value, it.reason) for it in one.requests),
        )
        for one in bundles.of_applicant(deps.keys, who)
    )


def _talks(deps: Deps, who: PersonId) -> tuple[MyTalk, ...]:
    """The own appeals and questions with their answers; who answered is the school's own matter."""
    found = []
    for one in appeals.of_author(deps.keys, who):
        said = tuple(MySaid(at=word.at, mine=word.by == who, text=word.text) for word in appeals.messages(deps.keys, one.id))
        found.append(MyTalk(child=one.child, kind=one.kind, state=one.state.value, created_at=one.created_at, messages=said))
    for ticket in tickets.of_person(deps.keys, who):
        said = tuple(MySaid(at=word.at, mine=word.by is None, text=word.text) for word in tickets.messages(deps.keys, ticket.id))
        kind = ticket.asker.topic or "support"
        found.append(MyTalk(child=None, kind=kind, state=ticket.state.value, created_at=ticket.created_at, messages=said))
    return tuple(found)


def _sessions(who: PersonId, now: datetime) -> tuple[MySession, ...]:
    return tuple(
        MySession(
            label=one.label,
            system=one.system,
            created_at=one.created_at,
            seen_at=one.seen_at,
            expires_at=one.expires_at,
            app=one.kind == Kind.APP,
        )
        for one in sessions.living(who, now=now)
    )


def _mine(deps: Deps, who: PersonId) -> list[ChildView]:
    """What is seen by a right of one's own, now; a lent view takes nothing away."""
    return [one for one in children_of(deps.keys, who, now=deps.now()) if one.right.allowed and not one.right.delegated]


def _child(deps: Deps, who: PersonId, view: ChildView, chosen: Preferences) -> MyChild:
    now, child = deps.now(), view.person
    held = not view.is_self and held_by_merge(deps.keys, who, child.id, now=now)
    guarded = any(edge.state is EdgeState.ACTIVE for edge in edges.between(who, child.id))
    record = export_person(deps.keys, child.id, by=who, now=now) if guarded and not held else None
    return MyChild(
        id=child.id,
        first_name=child.first_name,
        nickname=chosen.nicknames.get(child.id, ""),
        record=record,
        diaries=() if held else _diaries(deps, who, child.id),
        passes=() if held or view.diary_only else my_passes(deps, child.id, now=now),
        cards=() if held or view.diary_only else my_cards(deps, child.id),
        photo=None if held or view.diary_only else my_photo(deps, child.id),
        why_not=HELD if held else None,
    )


def _diaries(deps: Deps, who: PersonId, child: PersonId) -> tuple[MyDiary, ...]:
    """Only accounts that this person opened: nobody else sees what they show (RULES A15)."""
    found = []
    for link in diary_links.of_child(who, child):
        copies = diary_copies.shown(deps.keys, link=link.id, child=child, limit=MOST_BLOCKS + 1)
        found.append(
            MyDiary(
                system=link.system,
                title=title_of(deps.diaries, link.system),
                state=link.state.value,
                copies=tuple(
                    MyCopy(
                        datum=one.datum,
                        block=one.block,
                        fetched_at=one.fetched_at,
                        items=tuple(kept.item for kept in one.items or ()),
                    )
                    for one in copies[:MOST_BLOCKS]
                ),
                changes=tuple(_change(one) for one in feeds.after(deps.keys, link=link.id, child=child, seq=0, limit=MOST_BLOCKS)),
                cut=len(copies) > MOST_BLOCKS,
            )
        )
    return tuple(found)


def _change(one: feeds.Change) -> MyChange:
    """Counts: the records themselves stand in the copies."""
    said = Counter(piece.action for piece in one.pieces)
    return MyChange(datum=one.datum, block=one.block, at=one.at, created=said["created"], updated=said["updated"], removed=said["removed"])
