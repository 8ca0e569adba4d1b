"""A school's terms by day, and prices by day: the latest row that has begun (RULES D5, D6, D8, D11)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from hub.ledger.model import Purpose
from hub.ledger.rules import DAILY_LIMIT_KOP, Policy
from hub.ledger.store.tables import Price, Terms
from hub.ledger.tariffs import BASE, FIRST_DAY, PRICES, Item, Priced, Tariff
from hub.store.fields import insert, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsCard:
    """Who holds the money and on what ground. Until that is said nobody may pay in (RULES D11)."""

    holder_name: str = ""
    holder_inn: str = ""
    supplier_name: str = ""
    supplier_inn: str = ""
    agent_name: str = ""
    agent_inn: str = ""
    legal_basis: str = ""
    policy: Policy = Policy.FEED
    floor_kop: int | None = None
    top_up_min_kop: int = 1_000
    top_up_max_kop: int = 1_500_000
    daily_limit_kop: int | None = DAILY_LIMIT_KOP

    @property
    def may_take(self) -> bool:
        return bool(self.holder_name and self.holder_inn and self.legal_basis)


_COLUMNS = tuple(TermsCard.__dataclass_fields__)
_SQL = f"SELECT {', '.join(_COLUMNS)} FROM account_terms WHERE school = ? AND purpose = ? AND since <= ? ORDER BY since DESC LIMIT 1"  # noqa: S608 - own names


def terms_of(school: str, purpose: Purpose, day: date) -> TermsCard:
    """Those of that day; a school that said nothing has the defaults, and nobody to hold the money."""
    found = rows(Terms, _SQL, (school, purpose.value, day.isoformat()))
    if not found:
        return TermsCard()
    named = dict(zip(_COLUMNS, found[0], strict=True))
    return TermsCard(**{**named, "policy": Policy(named["policy"])})


def put_terms(school: str, purpose: Purpose, since: date, card: TermsCard) -> None:
    """From that day on; a second word for one day stands in place of the first."""
    id_ = f"{school}-{purpose.value}-{since}"
    said = {**asdict(card), "policy": card.policy.value}
    known = {"school": school, "purpose": purpose.value, "since": since.isoformat(), **said}
    if rows(Terms, "SELECT 1 FROM account_terms WHERE id = ?", (id_,)):
        Terms.update(known).where(Terms.id == id_).execute()
    else:
        insert(Terms, id=id_, **known)


def price_of(item: Item, day: date, *, tariff: Tariff | None = None) -> Priced:
    """What it costs on that day, and which version of the list says so."""
    name = tariff.value if tariff and item is Item.MONTH else BASE
    sql = "SELECT amount_kop, since FROM price WHERE list = ? AND item = ? AND since <= ? ORDER BY since DESC LIMIT 1"
    found = rows(Price, sql, (name, item.value, day.isoformat()))
    if found:
        kop, since = found[0]
        return Priced(kop=int(kop), version=f"{name}@{since}")
    return Priced(kop=PRICES[(name, item)], version=f"{name}@{FIRST_DAY}")


def put_price(item: Item, since: date, kop: int, *, tariff: Tariff | None = None) -> None:
    name = tariff.value if tariff else BASE
    known = {"list": name, "item": item.value, "since": since.isoformat(), "amount_kop": kop}
    Price.insert(id=f"{name}-{item.value}-{since}", **known).on_conflict_ignore().execute()


def next_price(item: Item, after: date, *, tariff: Tariff | None = None) -> tuple[date, Priced] | None:
    """The next change that is known by now, and the day since which it holds."""
    name = tariff.value if tariff and item is Item.MONTH else BASE
    sql = "SELECT amount_kop, since FROM price WHERE list = ? AND item = ? AND since > ? ORDER BY since LIMIT 1"
    for kop, since in rows(Price, sql, (name, item.value, after.isoformat())):
        return date.fromisoformat(since), Priced(kop=int(kop), version=f"{name}@{since}")
    return None


def prices_of(item: Item, *, tariff: Tariff | None = None) -> list[tuple[date, Priced]]:
    """Every price there was and will be, oldest first; what no row says is the sources' own."""
    name = tariff.value if tariff and item is Item.MONTH else BASE
    found = rows(Price, "SELECT amount_kop, since FROM price WHERE list = ? AND item = ? ORDER BY since", (name, item.value))
    first = [(FIRST_DAY, Priced(kop=PRICES[(name, item)], version=f"{name}@{FIRST_DAY}"))]
    return first + [(date.fromisoformat(since), Priced(kop=int(kop), version=f"{name}@{since}")) for kop, since in found]
