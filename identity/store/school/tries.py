"""Wrong tries per account, network and name: taken before the code is looked at and given back when it was right (RULES A7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from identity.invitations import TRIES, TRY_WINDOW, network_of, slow_down_s, too_many
from identity.model import PersonId
from identity.sealing import Keys
from identity.store.rows import delete, fetch, micros
from identity.store.school.tables import TryRow

DOOR_TRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One try that was counted; `retry_after_s` above 0: refused whatever the code is. `delay_s`: how long to hold the answer back."""

    account: str
    network: str
    name: str
    retry_after_s: int = 0
    delay_s: float = 0.0

    @property
    def limited(self) -> bool:
        return self.retry_after_s > 0


def count_try(keys: Keys, person: PersonId, address: str, name: str, *, now: datetime) -> Tried:
    """Counts this try as if it were wrong. Parallel tries wait for each other here, so that twenty at once are not ten too many.

    The rows are taken in one order by everybody (account, network, name): tries never deadlock.
    """
    account = _id(keys, "account", person)
    network = _id(keys, "network", network_of(address))
    named = _id(keys, "name", name)
    waits = []
    for id_ in (account, network):
        count, since = _count(id_, now)
        if too_many(count):
            waits.append(since + TRY_WINDOW - now)
    slow, _ = _count(named, now)
    wait = max(waits, default=timedelta(0))
    return Tried(
        account=account,
        network=network,
        name=named,
        retry_after_s=max(1, round(wait.total_seconds())) if waits else 0,
        delay_s=slow_down_s(slow),
    )


def count_login_try(keys: Keys, login: str, address: str, *, now: datetime) -> Tried:
    """One try at the pupil's door: ten wrong ones a login, known or not; a network may err more often, a whole class sits behind it."""
    account = _id(keys, "login", login)
    network = _id(keys, "door", network_of(address))
    waits = []
    for id_, most in ((account, TRIES), (network, DOOR_TRIES)):
        count, since = _count(id_, now)
        if count > most:
            waits.append(since + TRY_WINDOW - now)
    wait = max(waits, default=timedelta(0))
    return Tried(account=account, network=network, name=network, retry_after_s=max(1, round(wait.total_seconds())) if waits else 0)


def give_back(tried: Tried) -> None:
    """The code was right: this try is no wrong one. The account starts afresh, the network keeps what it had before."""
    TryRow.update(count=TryRow.count - 1).where(TryRow.id.in_([tried.network, tried.name]), TryRow.count > 0).execute()
    TryRow.update(count=0).where(TryRow.id == tried.account).execute()


def take_back(tried: Tried) -> None:
    """This try was neither wrong nor a success: what was counted before stays, of the account too."""
    TryRow.update(count=TryRow.count - 1).where(TryRow.id.in_([tried.account, tried.network, tried.name]), TryRow.count > 0).execute()


def forget_tries(*, now: datetime) -> int:
    return int(delete(TryRow).where(TryRow.since < now - 2 * TRY_WINDOW).execute())


def _id(keys: Keys, kind: str, text: str) -> str:
    """A keyed hash: the table tells neither names nor addresses."""
    return f"{kind}:{keys.index(f'code_try.{kind}', text)}"


def _count(id_: str, now: datetime) -> tuple[int, datetime]:
    sql = (
        "INSERT INTO code_try (id, count, since) VALUES (?, 1, ?) ON CONFLICT (id) DO UPDATE SET"
        " count = CASE WHEN code_try.since <= ? THEN 1 ELSE code_try.count + 1 END,"
        " since = CASE WHEN code_try.since <= ? THEN excluded.since ELSE code_try.since END RETURNING count, since"
    )
    started = micros(now - TRY_WINDOW)
    ((count, since),) = fetch(TryRow, sql, (id_, micros(now), started, started))
    return int(count), now + timedelta(microseconds=int(since) - micros(now))
