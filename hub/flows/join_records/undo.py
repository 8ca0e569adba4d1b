"""Within 14 days either side takes the merger back: what came over returns as it is now; what ended or was restricted stays so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.deps import Deps
from hub.flows.join_records.confirm import note_children
from hub.flows.join_records.faults import UNDO_CLOSED, refusal
from hub.flows.join_records.show import own_wish
from hub.flows.link_account.settle import require_fresh
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.ledger.store import contracts
from hub.store import notices, sessions
from hub.store.diaries import diary_copies, diary_links
from hub.store.sessions import Visitor
from hub.store.wishes import autopay, top_ups
from hub.store.wishes.mergers import Wish, WishState
from identity.errors import NotAllowed
from identity.linking.merging import MergeId, MergeState
from identity.model import PersonId
from identity.store import Merge, edges, links, merge_of, undo_merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """`signed_out`: it cannot be told to which of the two this session's sign-in belongs, so it ended."""

    id: str
    signed_out: bool
    token: str | None = field(repr=False)


async def undo(deps: Deps, visitor: Visitor, merger: str) -> Parted:
    """Gives the other record back its own; twice is harmless."""
    now = deps.now()

    def unit() -> tuple[Merge, str | None, bool]:
        wish = own_wish(visitor, merger, now=now)
        if wish.state is not WishState.MERGED or wish.merge is None:
            raise Refused(Reason.NOT_FOUND)
        before = merge_of(MergeId(wish.merge))
        if before.state is MergeState.UNDONE:
            return before, None, False
        require_fresh(deps, visitor.auth_time)
        return _part(deps, visitor, wish, before, now=now)

    try:
        merge, token, signed_out = await deps.db.write(unit)
    except NotAllowed as error:
        raise refusal(UNDO_CLOSED if error.reason == "undo_closed" else error.reason) from error
    for who in (merge.kept, merge.gone):
        forget(deps, session=visitor.session, person=who)
    return Parted(id=merger, signed_out=signed_out, token=token)


def _part(deps: Deps, visitor: Visitor, wish: Wish, before: Merge, *, now: datetime) -> tuple[Merge, str | None, bool]:
    merge = undo_merge(deps.keys, before.id, PersonId(visitor.person), now=now)
    diary_links.rebind(wish.pupils, former=merge.kept, to=merge.gone)
    contracts.part(kept=merge.kept, former=merge.gone)
    autopay.part(kept=merge.kept, former=merge.gone)
    top_ups.part(kept=merge.kept, former=merge.gone)
    wards = [edge.child for edge in edges.of_guardian(merge.gone)]
    note_children(merge, wards, "guardianship.parted", by=visitor, now=now)
    back = [link for link in links.of_persons(deps.keys, merge.gone) if merge.gone in (link.person, link.opened_by)]
    for link in back:
        diary_links.hand_over(link.id, merge.gone)
        diary_copies.forget(link.id)
    text = "Объединение кабинетов отменено: снова два отдельных кабинета, каждый со своими входами. Войдите в тот, который нужен."
    for who in (merge.kept, merge.gone):
        notices.tell(deps.keys, person=who, kind="records_parted", text=text, href="/family/merge", now=now)
    theirs = {link.system for link in links.sign_ins_of(deps.keys, merge.gone)}
    mine = {link.system for link in links.sign_ins_of(deps.keys, merge.kept)}
    stays = visitor.person == merge.kept and visitor.system in mine - theirs
    sessions.end_all(merge.kept, now=now, keep=visitor.session if stays else None)
    return merge, sessions.rotate(deps.keys, visitor.session, now=now) if stays else None, not stays
