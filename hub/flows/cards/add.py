"""A parent adds a key beside the school's card: a city card, a bracelet, a terminal's token of a bank card (RULES D12; F088, F089)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.cards.rules import MOST_OWN, of_family, seen, why_not_open
from hub.flows.cards.show import view_of
from hub.flows.guardianship.telling import tell_family
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.registers.carriers import kind_of
from hub.flows.registers.numbers import masked, number_of
from hub.flows.views.doors.cards import ChildCards
from hub.store.school import carriers
from hub.store.school.carriers import CarrierKind, CarrierState
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import record_change
from identity.store.school.cards import classes_of

OF_FAMILIES = (CarrierKind.CARD, CarrierKind.BRACELET, CarrierKind.BANK_CARD)
NO_SCHOOL = "Ребёнка ещё нет в списках школы: карту сначала выдаёт она."
NOT_HERE = "Эту карту записать не получилось. Покажите её в школе: канцелярия запишет её за ребёнком."
ENOUGH = f"Своих карт можно добавить {MOST_OWN}. Лишнюю закройте, а снимет её с учёта школа."


async def add_card(deps: Deps, visitor: Visitor, child: str, *, kind: str, number: str) -> ChildCards:
    """It opens from now on and brings no past along: whose past a card is, the school knows."""
    which, now = kind_of(kind), deps.now()
    if which not in OF_FAMILIES:
        raise Refused(Reason.MALFORMED, "Код на устройстве выдаёт школа.")
    plain = number_of(which, number)

    def unit() -> ChildCards:
        whom, right = seen(deps, visitor, child)
        why = why_not_open(deps, visitor, whom, right)
        if why:
            raise Refused(Reason.FORBIDDEN, why)
        require_fresh(deps, visitor.auth_time)
        school = classes_of((whom.id,)).get(whom.id, ("", ""))[0]
        if not school:
            raise Refused(Reason.FORBIDDEN, NO_SCHOOL)
        living = carriers.living(deps.keys, school, which, plain)
        if living is not None and living.child == whom.id:
            return view_of(deps, visitor, whom, right)
        own = [one for one in carriers.of_child(deps.keys, whom.id) if one.state is not CarrierState.ENDED]
        if sum(of_family(whom.id, one.added_by) for one in own) >= MOST_OWN:
            raise Refused(Reason.FORBIDDEN, ENOUGH)
        made = carriers.add(deps.keys, child=whom.id, school=school, kind=which, number=plain, since=now, by=visitor.person, now=now)
        if made is None:
            raise Refused(Reason.FORBIDDEN, NOT_HERE)
        actor = PersonId(visitor.person)
        record_change(actor=actor, actor_kind=ActorKind.GUARDIAN, subject=whom.id, action="carrier.added", object=made, now=now)
        text = f"{whom.first_name}: добавлена карта {masked(plain)}, по ней можно пройти и платить за питание."
        tell_family(deps, whom.id, but={visitor.person}, kind="carrier_added", text=text, href=f"/children/{whom.id}/cards")
        return view_of(deps, visitor, whom, right)

    return await deps.db.write(unit)
