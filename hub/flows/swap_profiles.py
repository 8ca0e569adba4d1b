"""The parent's profile stands at the child and the child's at the parent: both change owners in one act (RULES A11).

The parent asks; the child confirms in the own cabinet, or the school's office does for the child.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.office.officers import Officer, officer_of
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import ExitView
from hub.flows.views.people.joining import SwapList, SwapOffer, SwapProfile, SwapView
from hub.flows.words import names_of, system_title
from hub.store import notices, sessions
from hub.store.diaries import diary_links
from hub.store.sessions import Visitor
from hub.store.wishes import swaps
from hub.store.wishes.swaps import Swap, SwapState
from identity.errors import NotAllowed
from identity.linking.merging import Confirmer, swap_fault
from identity.model import GOSUSLUGI, AccountLink, LinkId, LinkState, LinkUse, Person, PersonId
from identity.store import children_of, edges, links, person, swap_profiles
from identity.store.school.cards import pupils_of, school_of

Done = TypeVar("Done")
ASKED = frozenset({Confirmer.PARENT.value, Confirmer.GUARDIAN.value})
_TEXTS: Mapping[str, str] = {
    "not_confirmed": "Нужно ещё одно подтверждение: ребёнка в его кабинете или канцелярии школы.",
    "not_parent_and_child": "Связь с этим ребёнком сейчас не действует, поэтому обменять профили нельзя.",
    "other_system": "Это профили разных систем.",
    "not_active": "Один из профилей приостановлен или отключён. Верните его в разделе «Мои входы» и попросите об обмене снова.",
    "expired": "Прошло 14 дней, и просьба об обмене закончилась. Попросите об обмене снова.",
}
EXITS = (
    ExitView(kind="sign_in_and_link", href="/family/sign-ins"),
    ExitView(kind="code", href="/invitation"),
    ExitView(kind="ask_school", href="/help#school"),
)


async def list_swaps(deps: Deps, visitor: Visitor) -> SwapList:
    """Pairs that may be mixed up, and what was asked for; of a child's view only what concerns the child."""
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> SwapList:
        items = tuple(_view(deps, swap, who) for swap in swaps.of_people({who}, now=now) if swap.state is not SwapState.WITHDRAWN)
        return SwapList(items=items, offers=tuple(_offers(deps, who, now=now)))

    return await deps.db.read(unit)


async def ask_swap(deps: Deps, visitor: Visitor, parent_link: str, child_link: str) -> str:
    """The parent confirms by asking; the child hears of it. A second asking is the same wish."""
    require_fresh(deps, visitor.auth_time)
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> str:
        offer = next((one for one in _offers(deps, who, now=now) if (one.parent.link, one.child.link) == (parent_link, child_link)), None)
        if offer is None:
            raise Refused(Reason.NOT_FOUND)
        before = {one.id for one in swaps.of_people({who}, now=now)}
        id_ = swaps.add(
            system=offer.system,
            parent=who,
            child=offer.child.owner,
            parent_link=parent_link,
            child_link=child_link,
            asked_by=who,
            confirmed=ASKED,
            now=now,
        )
        if id_ not in before:
            text = f"Вас просят подтвердить: профили «{offer.title}» у вас и у родителя перепутаны и меняются местами."
            notices.tell(deps.keys, person=offer.child.owner, kind="swap_asked", text=text, href="/family/swap", now=now)
        return id_

    return await deps.db.write(unit)


async def confirm_swap(deps: Deps, visitor: Visitor, swap: str) -> None:
    """The child's own word; nobody else's counts here, and the parent's own is given already."""
    now = deps.now()

    def unit() -> None:
        found = swaps.find(swap, now=now)
        if found is None or visitor.person not in (found.child, found.parent):
            raise Refused(Reason.NOT_FOUND)
        if found.state is SwapState.DONE:
            return
        require_fresh(deps, visitor.auth_time)
        if visitor.person != found.child:
            raise refusal("not_confirmed")
        _exchange(deps, found, PersonId(visitor.person), Confirmer.CHILD, now=now)

    await _write(deps, unit)
    forget(deps, session=visitor.session, person=visitor.person)


async def withdraw_swap(deps: Deps, visitor: Visitor, swap: str) -> None:
    """Either side says no; nothing changes. Twice is harmless."""
    now = deps.now()

    def unit() -> None:
        found = swaps.find(swap, now=now)
        if found is None or visitor.person not in (found.child, found.parent):
            raise Refused(Reason.NOT_FOUND)
        swaps.settle(found.id, SwapState.WITHDRAWN, confirmed=found.confirmed)

    await deps.db.write(unit)


async def swaps_for_office(deps: Deps, visitor: Visitor, *, school: str | None = None) -> SwapList:
    """The wishes of the officer's own school that wait."""
    now = deps.now()

    def unit() -> SwapList:
        officer = officer_of(deps, visitor, school=school)
        pupils = {str(child) for child, _ in pupils_of(officer.school)}
        found = swaps.of_people(pupils, now=now) if pupils else ()
        mine = (swap for swap in found if swap.child in pupils and swap.state is SwapState.WAITING)
        return SwapList(items=tuple(_view(deps, swap, officer.person) for swap in mine))

    return await deps.db.read(unit)


async def confirm_by_office(deps: Deps, visitor: Visitor, swap: str, *, school: str | None = None) -> None:
    """The office confirms for the child, after seeing both; never in the officer's own family (RULES B5)."""
    now = deps.now()

    def unit() -> Swap | None:
        officer = officer_of(deps, visitor, school=school)
        found = swaps.find(swap, now=now)
        if found is None or school_of(PersonId(found.child)) != officer.school:
            raise Refused(Reason.NOT_FOUND)
        _not_own(officer, found)
        if found.state is SwapState.DONE:
            return None
        require_fresh(deps, visitor.auth_time)
        _exchange(deps, found, officer.person, Confirmer.OFFICE, now=now)
        return found

    done = await _write(deps, unit)
    for who in (done.parent, done.child) if done else ():
        forget(deps, person=who)


async def _write(deps: Deps, unit: Callable[[], Done]) -> Done:
    try:
        return await deps.db.write(unit)
    except NotAllowed as error:
        raise refusal(error.reason) from error


def refusal(code: str) -> Refused:
    return Refused(Reason.SWAP_REFUSED, _TEXTS.get(code), more={"reason": code, "exits": EXITS})


def _not_own(officer: Officer, found: Swap) -> None:
    for one in (PersonId(found.parent), PersonId(found.child)):
        if officer.person == one or edges.ever_between(officer.person, one):
            raise Refused(Reason.OWN_FAMILY)


def _exchange(deps: Deps, found: Swap, by: PersonId, also: Confirmer, *, now: datetime) -> None:
    if found.state is not SwapState.WAITING:
        raise refusal("expired")
    said = {Confirmer(word) for word in found.confirmed} | {also}
    if not swaps.settle(found.id, SwapState.DONE, confirmed={word.value for word in said}):
        return
    after = swap_profiles(deps.keys, LinkId(found.parent_link), LinkId(found.child_link), by=by, confirmed=said, now=now)
    for link in after:
        diary_links.hand_over(link.id, link.opened_by)
    text = f"Профили «{system_title(deps, found.system)}» родителя и ребёнка обменяны местами. Если это ошибка, обратитесь в школу."
    for who in (found.parent, found.child):
        # Whoever came in by a profile that is another's now is signed in no more.
        for one in sessions.living(who, now=now):
            if one.system == found.system:
                sessions.end(one.id, now=now)
        notices.tell(deps.keys, person=who, kind="profiles_swapped", text=text, href="/family/sign-ins", now=now)


def _offers(deps: Deps, who: PersonId, *, now: datetime) -> Iterable[SwapOffer]:
    me = person(deps.keys, who)
    if me is None:
        return
    mine = [link for link in links.of_persons(deps.keys, who) if link.person == who and _is_profile(link)]
    for child in children_of(deps.keys, who, now=now):
        if child.is_self or child.diary_only or not child.right.allowed:
            continue
        kin = any(edge.state.value == "active" for edge in edges.between(who, child.person.id))
        theirs = [link for link in links.of_persons(deps.keys, child.person.id) if link.person == child.person.id and _is_profile(link)]
        for one in mine:
            for other in theirs:
                sure = (Confirmer.PARENT, Confirmer.CHILD)
                if swap_fault(systems=(one.system, other.system), states=(one.state, other.state), kin=kin, confirmed=sure) is None:
                    yield SwapOffer(
                        system=one.system,
                        title=system_title(deps, one.system),
                        parent=_profile(one, me),
                        child=_profile(other, child.person),
                    )


def _is_profile(link: AccountLink) -> bool:
    return link.use is not LinkUse.DIARY and link.system != GOSUSLUGI and link.state is LinkState.ACTIVE


def _profile(link: AccountLink, owner: Person) -> SwapProfile:
    return SwapProfile(link=link.id, owner=owner.id, name=names_of(owner))


def _view(deps: Deps, swap: Swap, who: PersonId) -> SwapView:
    waiting = swap.state is SwapState.WAITING
    return SwapView(
        id=swap.id,
        state=swap.state.value,
        system=swap.system,
        title=system_title(deps, swap.system),
        parent=names_of(person(deps.keys, PersonId(swap.parent))),
        child=names_of(person(deps.keys, PersonId(swap.child))),
        confirmed=tuple(sorted(swap.confirmed)),
        needs=(Confirmer.CHILD.value, Confirmer.OFFICE.value) if waiting else (),
        mine=swap.asked_by == who,
        may_confirm=waiting and who not in (swap.parent,),
        until=swap.expires_at,
    )
