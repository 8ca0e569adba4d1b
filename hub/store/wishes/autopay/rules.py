"""Rules of automatic top-up: found by whom and what for, by what is due, changed under a lock; the bank's binding is sealed (RULES D12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.store.fields import rows, to_micros
from hub.store.wishes import receipt_contacts
from hub.store.wishes.autopay.tables import ENDED, RULE_COLUMNS, Agreed, AutopayConsent, AutopayRule, Rule, named
from hub.store.wishes.autopay.words import agree
from identity.sealing import Keys


def add(rule: Rule, agreed: Agreed) -> None:
    AutopayRule.insert(**{name: getattr(rule, name) for name in RULE_COLUMNS}, updated_at=rule.created_at).execute()
    agree(agreed)


def get(id_: str) -> Rule | None:
    found = _rules("id = ?", (id_,))
    return found[0] if found else None


def locked(id_: str) -> Rule | None:
    """The rule as it is now; nobody else changes it until this unit ends."""
    AutopayRule.update(declines=AutopayRule.declines).where(AutopayRule.id == id_).execute()
    return get(id_)


def of_account(person: str, account: str) -> list[Rule]:
    """The living one first, then the ended, the last one first."""
    return _rules("person = ? AND account = ? ORDER BY state = 'ended', created_at DESC LIMIT 10", (person, account))


def living(person: str, account: str) -> Rule | None:
    found = _rules("person = ? AND account = ? AND state <> 'ended'", (person, account))
    return found[0] if found else None


def of_person(person: str) -> list[Rule]:
    return _rules("person = ? ORDER BY state = 'ended', created_at DESC", (person,))


def of_top_up(top_up: str) -> Rule | None:
    """Whose first payment this is, or whose charge."""
    found = _rules("first = ? OR id = (SELECT rule FROM autopay_try WHERE id = ?)", (top_up, top_up))
    return found[0] if found else None


def change(id_: str, *, now: datetime, **values: object) -> None:
    AutopayRule.update({**values, "updated_at": now}).where(AutopayRule.id == id_).execute()


def keep_binding(keys: Keys, id_: str, binding: str, title: str, *, now: datetime) -> None:
    change(id_, now=now, binding=keys.seal("autopay_rule", "binding", id_, binding), title=title)


def binding_of(keys: Keys, rule: Rule) -> str:
    return keys.open("autopay_rule", "binding", rule.id, rule.binding) if rule.binding else ""


def decided(*, before: datetime, limit: int) -> list[str]:
    """Rules whose charge under way has come to an end, needs somebody to look, or is older than anybody asks about."""
    sql = (
        "SELECT r.id FROM autopay_rule AS r JOIN top_up AS t ON t.id = r.flying "
        "WHERE r.flying IS NOT NULL AND (t.state <> 'pending' OR t.problem <> '' OR t.created_at < ?) LIMIT ?"
    )
    return [id_ for (id_,) in rows(AutopayRule, sql, (to_micros(before), limit))]


def unbound(*, now: datetime, limit: int) -> list[str]:
    """Rules that wait for their card, and whose first payment is decided."""
    sql = (
        "SELECT r.id FROM autopay_rule AS r JOIN top_up AS t ON t.id = r.first "
        "WHERE r.state = 'waiting' AND r.next_at <= ? AND t.state <> 'pending' ORDER BY r.next_at LIMIT ?"
    )
    return [id_ for (id_,) in rows(AutopayRule, sql, (to_micros(now), limit))]


def due(*, now: datetime, limit: int) -> list[str]:
    """Active rules whose day has come, or whose account holds too little, none of them with a charge under way."""
    at = to_micros(now)
    last = "SELECT closing_kop FROM ledger_entry WHERE account = r.account AND number IS NOT NULL ORDER BY number DESC LIMIT 1"
    sql = (
        "SELECT r.id FROM autopay_rule AS r WHERE r.state = 'active' AND r.flying IS NULL AND r.next_at <= ? "  # noqa: S608 - own words
        f"AND (r.kind = 'monthly' OR COALESCE(({last}), 0) < r.threshold_kop) ORDER BY r.next_at LIMIT ?"
    )
    return [id_ for (id_,) in rows(AutopayRule, sql, (at, limit))]


def to_unbind(*, now: datetime, limit: int) -> list[str]:
    sql = "SELECT id FROM autopay_rule WHERE unbind_at <= ? AND flying IS NULL ORDER BY unbind_at LIMIT ?"
    return [id_ for (id_,) in rows(AutopayRule, sql, (to_micros(now), limit))]


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: its rules go along, but for an account that has one already."""
    theirs = {one.account for one in _rules("person = ? AND state <> 'ended'", (to,))}
    for one in _rules("person = ? AND state <> 'ended'", (former,)):
        if one.account not in theirs:
            AutopayRule.update(person=to, person_before=former).where(AutopayRule.id == one.id).execute()


def part(*, kept: str, former: str) -> None:
    """The two records are apart again."""
    AutopayRule.update(person=former, person_before=None).where(AutopayRule.person == kept, AutopayRule.person_before == former).execute()


def forget(person: str, *, now: datetime) -> None:
    """The person left: every rule ends, and the acquirer is told to forget the card; the words that were agreed to stay, without a name."""
    living_ = (AutopayRule.person == person) & (AutopayRule.state != ENDED)
    AutopayRule.update(state=ENDED, why="left", ended_at=now, updated_at=now, next_at=None).where(living_).execute()
    owing = (AutopayRule.person == person) & AutopayRule.binding.is_null(False)
    AutopayRule.update(unbind_at=now).where(owing, AutopayRule.unbind_at.is_null()).execute()
    AutopayConsent.update(withdrawn_at=now).where(AutopayConsent.person == person, AutopayConsent.withdrawn_at.is_null()).execute()
    receipt_contacts.forget(person)


def _rules(where: str, values: Sequence[object]) -> list[Rule]:
    found = rows(AutopayRule, f"SELECT {', '.join(RULE_COLUMNS)} FROM autopay_rule WHERE {where}", values)  # noqa: S608 - own words
    return [Rule(**named(RULE_COLUMNS, row)) for row in found]
