"""What follows from a changed guardianship: who hears of it, and what access ends with it (RULES A5, A5a, A15)."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.kit.diary import DiaryChild
from hub.deps import Deps
from hub.flows.recognise import forget
from hub.flows.words import names_of
from hub.store import notices, sessions
from hub.store.diaries import diary_copies, diary_links
from hub.store.outputs import calendars
from hub.store.sessions.limits import end_by
from identity.family.child_login import CHILD_LOGIN
from identity.guardianship import Change
from identity.model import EdgeState, LinkId, Person, PersonId, same_name
from identity.store import EdgeChange, children_of, edges, links, person
from identity.store.family.child_logins import drop_login_of


def follow_edges(deps: Deps, changes: Iterable[EdgeChange]) -> None:
    """In the caller's unit: other guardians and the pupil hear of a new edge; an ended one destroys the access given for this child."""
    for change in changes:
        if change.change is Change.ENDED:
            for gone in diary_links.unbind(change.edge.guardian, change.edge.child):
                diary_copies.forget(gone, child=change.edge.child)
            calendars.remove(change.edge.guardian, change.edge.child)
            end_login_made_by(deps, change.edge.guardian, change.edge.child)
        if not change.tell:
            continue
        child, guardian = person(deps.keys, change.edge.child), person(deps.keys, change.edge.guardian)
        text = f"{names_of(guardian)} теперь видит записи: {names_of(child)}. Если вы не знаете этого человека, сообщите об этом."
        for told in change.tell:
            notices.tell(deps.keys, person=told, kind="guardian_added", text=text, href="/family", now=deps.now())


def end_everything(deps: Deps, people: Iterable[str]) -> None:
    """In the caller's unit: every session of these records ends, and with it its event streams. After the unit: `forget_everything`."""
    for one in people:
        sessions.end_all(one, now=deps.now())


def forget_everything(deps: Deps, people: Iterable[str]) -> None:
    """After the unit: this process remembers none of these people, so that their end works at once."""
    for one in people:
        forget(deps, person=one)


def cut_off(deps: Deps, people: Iterable[str], child: str, *, unnamed: bool = False) -> None:
    """In the caller's unit: what these people hold of this child is destroyed: diary access, copies, calendars, notices (RULES A5a).

    A child that only a diary shows counts too when it looks like this one, with `unnamed` also when its diary tells no name;
    an account that shows nobody else is closed whole.
    """
    whom = person(deps.keys, PersonId(child))
    for one in people:
        others = (
            {view.person.id for view in children_of(deps.keys, PersonId(one), now=deps.now()) if not view.diary_only} if unnamed else set()
        )
        for link, bound, pupil in tuple(diary_links.of_person(deps.keys, one)):
            unknown = unnamed and bound not in others and pupil is not None and not (pupil.last_name or pupil.first_name)
            if bound != child and not unknown and not _looks_like(pupil, whom):
                continue
            diary_links.drop_pupil(link.id, bound, pupil.key if pupil else "")
            if bound is not None:
                diary_copies.forget(link.id, child=bound)
                calendars.remove(one, bound)
            if diary_links.find(link.id) is None:
                links.close((LinkId(link.id),), now=deps.now())
        notices.forget_about(one, f"/children/{child}")
        calendars.remove(one, child)
        end_login_made_by(deps, one, child)


def end_login_made_by(deps: Deps, maker: str, child: str) -> None:
    """In the caller's unit: whoever lost the child knows the password of the login that he made; its sessions end, the others are told."""
    still = any(edge.state is not EdgeState.FROZEN for edge in edges.between(PersonId(maker), PersonId(child)))
    if still or not drop_login_of(PersonId(maker), PersonId(child), now=deps.now()):
        return
    end_by(child, CHILD_LOGIN, now=deps.now())
    whom = person(deps.keys, PersonId(child))
    text = f"Логин ребёнка ({whom.first_name if whom else ''}) удалён: его сделал тот, кто больше не видит ребёнка. Сделайте новый."
    others = dict.fromkeys(edge.guardian for edge in edges.of_child(PersonId(child)) if edge.state is EdgeState.ACTIVE)
    for other in others:
        if other != maker:
            notices.tell(deps.keys, person=other, kind="child_login", text=text, href=f"/children/{child}/login", now=deps.now())


def _looks_like(pupil: DiaryChild | None, whom: Person | None) -> bool:
    return pupil is not None and whom is not None and same_name(pupil.last_name, pupil.first_name, whom.last_name, whom.first_name)
