"""The owner has seen what would happen and confirms it: one unit joins the records, ends the other's sessions and tells both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from hub.deps import Deps
from hub.flows.join_records.faults import EXITS, refusal
from hub.flows.join_records.show import own_wish, sides_of
from hub.flows.join_records.weak import suspend_unproven, unproven
from hub.flows.link_account.settle import require_fresh
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.ledger.store import contracts
from hub.store import notices, outbox, reach, sessions
from hub.store.connecting import checklist
from hub.store.diaries import diary_copies, diary_links
from hub.store.joining import bundles as joins
from hub.store.passes import photos, unowned_meals
from hub.store.school import canteen, carriers, services
from hub.store.school.chats import people as chat_people
from hub.store.school.kiosks import codes as kiosk_codes
from hub.store.school.meals import till_records
from hub.store.school.meals import words as meal_words
from hub.store.sessions import Visitor
from hub.store.wishes import autopay, card_orders, limits, mergers, top_ups
from hub.store.wishes.mergers import Wish, WishState
from hub.store.written import absences, appeals, contradictions, disputes, texts, tickets
from identity.errors import NotAllowed
from identity.model import ActorKind, PersonId
from identity.store import Merge, drop_pending, merge_persons, preview_merge, record_change

_FOLLOW = (
    absences.rebind,
    carriers.rebind,
    unowned_meals.rebind,
    contracts.rebind,
    autopay.rebind,
    top_ups.rebind,
    appeals.rebind,
    contradictions.rebind,
    disputes.rebind,
    services.rebind,
    limits.rebind,
    card_orders.rebind,
    canteen.rebind,
    meal_words.rebind,
    till_records.rebind,
    tickets.rebind,
    outbox.rebind,
    texts.rebind,
    kiosk_codes.rebind,
    checklist.rebind,
    joins.rebind,
    chat_people.rebind,
)
"""The rows of each store that become the kept record's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """`token` is the session's new one; None where another tab confirmed before, and the browser has it from there."""

    id: str
    token: str | None = field(repr=False)


async def confirm(deps: Deps, visitor: Visitor, merger: str, *, label: str = "") -> Joined:
    """Of many confirmations at once one merges; the others find it done."""
    now = deps.now()

    def unit() -> tuple[Merge | None, str | None]:
        wish = own_wish(visitor, merger, now=now)
        if wish.state is WishState.MERGED:
            return None, None
        _must_be_proven(wish)
        require_fresh(deps, visitor.auth_time)
        if not mergers.take(wish.id):
            return None, None
        return _join(deps, visitor, wish, label=label, now=now)

    try:
        merge, token = await deps.db.write(unit)
    except NotAllowed as error:
        raise refusal(error.reason) from error
    if merge is not None:
        forget(deps, session=visitor.session, person=merge.gone)
        forget(deps, person=merge.kept)
    return Joined(id=merger, token=token)


def _must_be_proven(wish: Wish) -> None:
    if wish.state is WishState.EXPIRED:
        raise Refused(Reason.FLOW_EXPIRED, "Объединение начато больше 15 минут назад. Начните его заново.", more={"exits": EXITS})
    if wish.state is not WishState.PROVEN:
        raise refusal(wish.reason or "not_fresh")


def _join(deps: Deps, visitor: Visitor, wish: Wish, *, label: str, now: datetime) -> tuple[Merge, str | None]:
    one, other = sides_of(visitor, wish)
    plan = preview_merge(deps.keys, one, other, now=now)
    weak = unproven(visitor, wish, plan)
    merge = merge_persons(deps.keys, one, other, now=now)
    pupils = diary_links.pupils_of_child(merge.gone)
    diary_links.rebind(pupils, former=merge.gone, to=merge.kept)
    for follow in _FOLLOW:
        follow(former=merge.gone, to=merge.kept)
    photos.drop_joined(merge.gone)
    reach.leave_behind(merge.gone)
    for link in plan.links:
        diary_links.hand_over(link.id, merge.kept)
        diary_copies.forget(link.id)
    suspend_unproven(deps, merge.kept, weak, now=now)
    mergers.done(wish.id, merge.id, pupils=pupils)
    note_children(merge, {edge.child for edge in plan.edges}, "guardianship.joined", by=visitor, now=now)
    sessions.end_all(merge.gone, now=now, keep=visitor.session)
    for record in (merge.kept, merge.gone):
        drop_pending(record)
    _tell(deps, wish, merge, now=now)
    if visitor.person == merge.kept:
        return merge, sessions.rotate(deps.keys, visitor.session, now=now)
    # The record of this session went into the one that was proven a moment ago: the session goes on there, as that sign-in.
    _, token = sessions.start(
        deps.keys,
        person=merge.kept,
        system=wish.system,
        label=label,
        auth_time=wish.other_at,
        now=now,
        replaces=visitor.session,
    )
    return merge, token


def note_children(merge: Merge, children: Iterable[PersonId], action: str, *, by: Visitor, now: datetime) -> None:
    """In each child's own log: whose record the right to see the child is in now (RULES A13)."""
    for child in sorted(set(children) - {merge.kept, merge.gone}):
        record_change(actor=PersonId(by.person), actor_kind=ActorKind.GUARDIAN, subject=child, action=action, object=merge.kept, now=now)


def _tell(deps: Deps, wish: Wish, merge: Merge, *, now: datetime) -> None:
    text = (
        f"Два ваших кабинета объединены. До {merge.undo_until:%d.%m.%Y} объединение можно отменить."
        " Если это сделали не вы, отмените его сразу и обратитесь в школу."
    )
    for who in (merge.kept, merge.gone):
        notices.tell(deps.keys, person=who, kind="records_joined", text=text, href=f"/family/merge/{wish.id}", now=now)
