"""Which families agreed to a paid service at its price: under 14 a guardian, 14-17 both, from 18 the pupil; a no is narrower (A14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from hub.deps import Deps
from hub.flows.guardianship.telling import guardians_of
from hub.store.school import canteen, services
from hub.store.school.canteen import SERVICES, Dish
from hub.store.school.services import Said, ServiceCard
from identity.ages import phase
from identity.consent import Consent, ConsentAnswer, ConsentId, Purpose, Word, answer
from identity.model import Person, PersonId
from identity.store import persons_by_id, view_right


def price_on(service: ServiceCard, day: date) -> Dish | None:
    return canteen.price_of(service.school, service.id, day, of=SERVICES)


def version_of(service: ServiceCard, price: Dish) -> str:
    """What a word is given to: this service, this group, this price."""
    return f"{service.id}/{service.group}/{price.kop}"


def word_on(deps: Deps, child: Person, words: Iterable[Said], version: str, *, now: datetime) -> ConsentAnswer:
    """In the caller's unit. A guardian who may not see the child any more has no word."""
    guardians = [one for one in guardians_of(child.id) if view_right(deps.keys, one, child.id, now=now).allowed]
    return answer(
        [_consent(one) for one in words if one.child == child.id],
        subject=child.id,
        guardians=guardians,
        purpose=Purpose.PAID_SERVICES,
        where=phase(child.birth_date, now, child.zone),
        now=now,
        version=version,
    )


def agreed_children(deps: Deps, service: ServiceCard, price: Dish, *, now: datetime) -> Sequence[Person]:
    """In the caller's unit: the group."""
    words = services.words_on(service.id)
    known = persons_by_id(deps.keys, {PersonId(one.child) for one in words})
    version = version_of(service, price)
    return [child for child in known.values() if word_on(deps, child, words, version, now=now).holds]


def _consent(one: Said) -> Consent:
    return Consent(
        id=ConsentId(one.id),
        subject=PersonId(one.child),
        giver=PersonId(one.person),
        purpose=Purpose.PAID_SERVICES,
        word=Word(one.word),
        text_version=one.version,
        at=one.at,
        withdrawn_at=one.withdrawn_at,
    )
