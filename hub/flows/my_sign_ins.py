"""A person looks at the own sign-ins, profiles and diaries: what each can do, what became of it, and what would bring it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from connectors.kit.ports import ProfilePort
from hub.deps import Deps
from hub.flows.link_account.intents import exits
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.sign_ins import ClosedView, SignInsView, SignInView, StoppedView, WayView
from hub.flows.words import names_of, system_title
from hub.store import notices
from hub.store.connecting import intents
from hub.store.diaries import diary_links
from hub.store.sessions import Visitor
from identity.ages import ADULT, age
from identity.errors import LastStrongIdentity, NotFound
from identity.guardianship import HELD_AFTER_RECOVERY
from identity.model import GOSUSLUGI, AccountLink, LinkRole, LinkState, LinkUse, Person, PersonId, SnilsProof, Strength
from identity.store import children_of, links, links_of, person

SHOWN_FOR = timedelta(days=30)
LAST = "Это единственный вход, который доказывает, кто вы. Сначала подключите другой подтверждённый вход, потом отключите этот."
LAST_WEAK = "Это единственный вход в этот кабинет. Сначала подключите другой, потом отключите этот."


async def my_sign_ins(deps: Deps, visitor: Visitor) -> SignInsView:
    """Everything of the page in one read."""
    now = deps.now()
    return await deps.db.read(lambda: _read(deps, PersonId(visitor.person), now=now))


async def one_sign_in(deps: Deps, visitor: Visitor, link: str) -> SignInView:
    """One of them, before it is taken away; a foreign one does not exist."""
    found = await my_sign_ins(deps, visitor)
    for item in found.items:
        if item.id == link:
            return item
    raise Refused(Reason.NOT_FOUND)


async def way_to_add(deps: Deps, visitor: Visitor, system: str, whom: str | None) -> WayView:
    """Whose account of this system is to be connected: the own one, or a guarded child's."""
    if system not in deps.sign_ins or system == GOSUSLUGI:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> WayView:
        me = person(deps.keys, who)
        if whom in (None, "", visitor.person) and me is not None:
            return _way(deps, system, me, _own_role(me, now))
        for child in children_of(deps.keys, who, now=now):
            if child.person.id == whom and child.right.allowed and not child.diary_only:
                return _way(deps, system, child.person, LinkRole.CHILD, owner=names_of(child.person))
        raise Refused(Reason.NOT_FOUND)

    return await deps.db.read(unit)


def _read(deps: Deps, who: PersonId, *, now: datetime) -> SignInsView:
    me = person(deps.keys, who)
    if me is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    kin = [one for one in children_of(deps.keys, who, now=now) if not one.is_self and not one.diary_only]
    names = {one.person.id: names_of(one.person) for one in kin}
    found = links_of(deps.keys, who, now=now)
    states = {row.id: row.state.value for row, _, _ in diary_links.of_person(deps.keys, who)}
    profiles = [link for link in found if link.use is not LinkUse.DIARY]
    active = {(link.system, link.person) for link in profiles if link.state is LinkState.ACTIVE}
    held = {(link.system, link.person) for link in profiles}  # a suspended one is brought back where it stands
    strong = me.snils_proof is SnilsProof.VERIFIED
    until = me.recovered_at + HELD_AFTER_RECOVERY if me.recovered_at else None
    young = [one.person for one in kin if one.right.allowed]
    return SignInsView(
        items=tuple(_item(deps, link, me, names, states) for link in found),
        closed=tuple(
            ClosedView(title=system_title(deps, one.system), closed_at=one.closed_at)
            for one in links.closed_of(deps.keys, who, since=now - SHOWN_FOR)
        ),
        stopped=tuple(_stopped(deps, who, names, active, now=now)),
        ways=tuple(_ways(deps, me, young, held, now=now)),
        strong=strong,
        offered=not strong and any(told.kind == "maybe_you" for told in notices.newest(deps.keys, who)),
        waits_until=until if until is not None and until > now else None,
    )


def _item(deps: Deps, link: AccountLink, me: Person, names: dict[PersonId, str], states: dict[str, str]) -> SignInView:
    state = states.get(link.id, "active") if link.state is LinkState.ACTIVE else link.state.value
    suspended = link.state is LinkState.SUSPENDED
    return SignInView(
        id=link.id,
        system=link.system,
        title=system_title(deps, link.system),
        use=link.use.value,
        role=link.role.value,
        state=state,
        evidence=link.evidence.kind.value,
        strong=link.evidence.strength is Strength.STRONG,
        owner="" if link.person == me.id else names.get(link.person, ""),
        person=link.person,
        since=link.evidence.at,
        last_seen_at=link.last_seen_at,
        returns=(suspended or state == "needs_login") and link.system != GOSUSLUGI and link.opened_by == me.id,
        lapses_at=link.evidence.valid_until if suspended else None,
        kept_because=_kept_because(deps, me.id, link),
    )


def _kept_because(deps: Deps, who: PersonId, link: AccountLink) -> str | None:
    try:
        links.removable(deps.keys, who, link.id)
    except LastStrongIdentity:
        return LAST if link.evidence.strength is Strength.STRONG else LAST_WEAK
    except NotFound:
        return "Этот вход подключил сам ученик: отключить его может только он."
    return None


def _stopped(
    deps: Deps, who: PersonId, names: dict[PersonId, str], active: set[tuple[str, PersonId]], *, now: datetime
) -> Iterable[StoppedView]:
    """What was connected since is told no more."""
    for one in intents.stopped(who, since=now - SHOWN_FOR):
        whose = PersonId(one.person)
        if (one.system, whose) in active or one.reason is None or (whose != who and whose not in names):
            continue
        yield StoppedView(
            id=one.id,
            title=system_title(deps, one.system),
            whose=names.get(whose, ""),
            state=one.state.value,
            reason=one.reason,
            exits=exits(one.system, one.person if one.system in deps.sign_ins else None),
        )


def _ways(deps: Deps, me: Person, children: Sequence[Person], held: set[tuple[str, PersonId]], *, now: datetime) -> Iterable[WayView]:
    for system, port in deps.sign_ins.items():
        if system == GOSUSLUGI:
            continue
        if (system, me.id) not in held:
            yield _way(deps, system, me, _own_role(me, now))
        for child in children if isinstance(port, ProfilePort) else ():  # a chat needs a profile, not a way to sign in
            if (system, child.id) not in held:
                yield _way(deps, system, child, LinkRole.CHILD, owner=names_of(child))


def _way(deps: Deps, system: str, whose: Person, role: LinkRole, owner: str = "") -> WayView:
    return WayView(system=system, title=system_title(deps, system), person=whose.id, role=role.value, owner=owner)


def _own_role(me: Person, now: datetime) -> LinkRole:
    young = me.birth_date is not None and age(me.birth_date, now, me.zone) < ADULT
    return LinkRole.CHILD if young else LinkRole.PARENT
