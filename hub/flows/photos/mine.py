"""A family puts a child's photo for the guard, looks at it, takes it back: at once, whenever it wants (RULES E8; F145)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.cards.rules import seen, why_not_close, why_not_open
from hub.flows.guardianship.telling import tell_family
from hub.flows.photos.allowed import may_show
from hub.flows.photos.pictures import picture_of
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.doors.photos import PhotoView
from hub.store.passes import photos
from hub.store.passes.photos import Photo
from hub.store.sessions import Visitor
from identity.ages import phase
from identity.family.child_login import CHILD_LOGIN
from identity.guardianship import Right
from identity.model import ActorKind, Person, PersonId
from identity.store import record_change

PAGE = "photo"
NO_CONSENT = "Сначала согласие: его дают отдельно и могут отозвать в любой момент."
NOT_YOURS = "Фотографию добавляет родитель, с 14 лет — и сам ученик."


async def show_photo(deps: Deps, visitor: Visitor, child: str) -> PhotoView:
    def unit() -> PhotoView:
        whom, right = seen(deps, visitor, child)
        return _view(deps, visitor, whom, right)

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


async def put_photo(deps: Deps, visitor: Visitor, child: str, raw: bytes) -> PhotoView:
    """It replaces the one that was there; the others who decide for the child hear of it."""
    picture, now = picture_of(raw), deps.now()

    def unit() -> PhotoView:
        whom, right = seen(deps, visitor, child)
        why = _why_not(deps, visitor, whom, right)
        if why:
            raise Refused(Reason.FORBIDDEN, why)
        if not may_show(deps, whom.id):
            raise Refused(Reason.CONSENT_MISSING, NO_CONSENT)
        photos.put(deps.keys, whom.id, picture.data, kind=picture.kind, version=picture.version, by=visitor.person, now=now)
        _note(deps, visitor, whom, "photo.added", "добавлена фотография для охраны на входе")
        return _view(deps, visitor, whom, right)

    return await deps.db.write(unit)


async def drop_photo(deps: Deps, visitor: Visitor, child: str) -> PhotoView:
    """Any guardian alone, and the pupil: the narrower holds. Twice is harmless."""

    def unit() -> PhotoView:
        whom, right = seen(deps, visitor, child)
        if why_not_close(deps, visitor, whom, right):
            raise Refused(Reason.FORBIDDEN, NOT_YOURS)
        if photos.forget(whom.id):
            _note(deps, visitor, whom, "photo.removed", "фотография для охраны убрана")
        return _view(deps, visitor, whom, right)

    return await deps.db.write(unit)


async def read_photo(deps: Deps, visitor: Visitor, child: str) -> Photo:
    """The picture for the family's own page. What is not there and what may not be shown look the same."""

    def unit() -> Photo:
        whom, _ = seen(deps, visitor, child)
        found = photos.find(deps.keys, whom.id) if may_show(deps, whom.id) else None
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        return found

    photo = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return photo


def _view(deps: Deps, visitor: Visitor, whom: Person, right: Right) -> PhotoView:
    agreed = may_show(deps, whom.id)
    return PhotoView(
        child=whom.id,
        first_name=whom.first_name,
        agreed=agreed,
        version=photos.versions((whom.id,)).get(whom.id) if agreed else None,
        why_not=_why_not(deps, visitor, whom, right),
    )


def _why_not(deps: Deps, visitor: Visitor, whom: Person, right: Right) -> str:
    if not right.is_self:
        return why_not_open(deps, visitor, whom, right)
    young = visitor.system == CHILD_LOGIN or phase(whom.birth_date, deps.now(), whom.zone).under_14
    return NOT_YOURS if young else ""


def _note(deps: Deps, visitor: Visitor, whom: Person, action: str, told: str) -> None:
    kind = ActorKind.PUPIL if visitor.person == whom.id else ActorKind.GUARDIAN
    record_change(actor=PersonId(visitor.person), actor_kind=kind, subject=whom.id, action=action, now=deps.now())
    text, href = f"{whom.first_name}: {told}.", f"/children/{whom.id}/photo"
    tell_family(deps, whom.id, but={visitor.person}, kind="photo_changed", text=text, href=href)
