"""An appeal as the family and as the school's office see it; read in the caller's unit."""

from __future__ import annotations

from collections.abc import Mapping

from hub.deps import Deps
from hub.flows.appeals.opening import name_of
from hub.flows.appeals.rules import KINDS
from hub.flows.views.school.desk import PupilCardView
from hub.flows.views.written.appeal import AboutView, AppealHead, AppealMessageView, AppealView, OfficeAppeal, OfficeAppealHead
from hub.flows.words import names_of
from hub.store.school import schools
from hub.store.written import appeals
from hub.store.written.appeals import OPEN, AppealState, Found, Side
from identity.model import Person, PersonId
from identity.store import persons_by_id

REPLY_TO = frozenset({AppealState.SENT, AppealState.TAKEN, AppealState.ANSWERED})


def head_of(deps: Deps, one: Found) -> AppealHead:
    return AppealHead(
        id=one.id,
        child=one.child,
        first_name=name_of(deps, one.child),
        kind=one.kind,
        kind_title=KINDS[one.kind].title if one.kind in KINDS else one.kind,
        about=_about(one),
        state=one.state.value,
        created_at=one.created_at,
        updated_at=one.updated_at,
        due_at=one.due_at,
        overdue=late(deps, one),
    )


def family_view(deps: Deps, one: Found) -> AppealView:
    card, head = schools.school(one.school), head_of(deps, one)
    said = _said(deps, one)
    return AppealView(
        **{name: getattr(head, name) for name in AppealHead.__struct_fields__},
        school=card.short_name if card else "",
        zone=card.zone if card else "Europe/Moscow",
        messages=said,
        may_reply=one.state in REPLY_TO,
        may_withdraw=one.state in OPEN and not any(message.side == Side.SCHOOL.value for message in said),
        may_close=one.state is AppealState.ANSWERED,
    )


def desk_head(deps: Deps, one: Found, card: PupilCardView | None, authors: Mapping[PersonId, Person], *, own: bool) -> OfficeAppealHead:
    open_ = one.state in OPEN
    return OfficeAppealHead(
        id=one.id,
        child=one.child,
        last_name=card.last_name if card else "",
        first_name=card.first_name if card else "",
        class_name=card.class_name if card else "",
        author=names_of(authors.get(PersonId(one.author))),
        kind=one.kind,
        kind_title=KINDS[one.kind].title if one.kind in KINDS else one.kind,
        about=_about(one),
        state=one.state.value,
        created_at=one.created_at,
        updated_at=one.updated_at,
        due_at=one.due_at,
        overdue=late(deps, one),
        may=()
        if own
        else ("take", "answer")
        if one.state is AppealState.SENT
        else ("answer",)
        if open_ or one.state is AppealState.ANSWERED
        else (),
        blocked="own_family" if own else None,
    )


def desk_view(deps: Deps, head: OfficeAppealHead, one: Found, *, zone: str) -> OfficeAppeal:
    return OfficeAppeal(**{name: getattr(head, name) for name in OfficeAppealHead.__struct_fields__}, zone=zone, messages=_said(deps, one))


def late(deps: Deps, one: Found) -> bool:
    return one.state in OPEN and one.due_at <= deps.now()


def _about(one: Found) -> AboutView | None:
    told = one.about
    return AboutView(kind=told.kind, id=told.id, title=told.title, href=told.href) if told.id or told.title else None


def _said(deps: Deps, one: Found) -> tuple[AppealMessageView, ...]:
    """Each with a name: the family sees who of the school answered (RULES A13)."""
    found = appeals.messages(deps.keys, one.id)
    known = persons_by_id(deps.keys, {PersonId(message.by) for message in found})
    return tuple(
        AppealMessageView(id=said.id, side=said.side.value, by=names_of(known.get(PersonId(said.by))), at=said.at, text=said.text)
        for said in found
    )
