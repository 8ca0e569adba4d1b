"""What a story wrote on somebody's page goes on by push, messengers and mail, by the rule of its kind (RULES F2; F139, F141)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.notices.deciding import pattern
from hub.flows.notices.happenings import Says, says_text
from hub.flows.notices.hours import quiet_until
from hub.flows.notices.kinds import RULES, Kind
from hub.flows.notices.outgoing import Way, notice_head, sends_of, ways
from hub.store.fields import to_micros
from hub.store.outbox import quiet, raw, told
from identity.model import MOSCOW, PersonId
from identity.store import persons_by_id

BATCH = 200
HUB = "hub"


async def spread_told(deps: Deps) -> bool:
    """One batch; True while more waits. The page has it already: the other ways are decided here."""
    if not await deps.db.read(lambda: told.waiting(limit=1)):
        return False
    return await deps.db.write(lambda: _spread(deps))


def _spread(deps: Deps) -> bool:
    now, waiting = deps.now(), told.waiting(limit=BATCH)
    people = {person for _, person, _, _ in waiting}
    nights, pairs = quiet.of_people(people), raw.pairs_of({(person, "") for person in people})
    zones = {one.id: one.zone for one in persons_by_id(deps.keys, [PersonId(one) for one in people]).values()}
    decisions: list[raw.Decision] = []
    tried: list[tuple[str, int, list[Way]]] = []
    for notice, person, name, at in waiting:
        kind = Kind(name)
        night = quiet_until(nights.get(person, quiet.USUAL), zones.get(PersonId(person), MOSCOW), now) if RULES[kind].quiet else None
        decided = pattern(kind, (), night=night is not None)
        pair = pairs[person, ""]
        id_ = f"{notice_head(to_micros(at), notice)}{pair:x}"
        says = says_text(Says(notice=notice, zone=zones.get(PersonId(person), MOSCOW)))
        decisions.append((id_, pair, HUB, notice, kind.value, to_micros(at), to_micros(now), says, decided.rules))
        tried.append((id_, to_micros(at), ways(kind, decided, now=now, night=night)))
    raw.add_decisions(decisions)
    raw.add_sends(sends_of(tried, to_micros(now)))
    told.decided([notice for notice, _, _, _ in waiting])
    return len(waiting) == BATCH
