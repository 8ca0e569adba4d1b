"""Debits as a school makes them and a family sees them: class lists, lessons, prices, limits, transfers, ordered cards."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class DishView(View, frozen=True, kw_only=True):
    """`item` names it in a request, `price_list` is the version that says the price."""

    item: str
    title: str
    price_kop: int
    price_list: str


class RowDebit(View, frozen=True, kw_only=True):
    """What was taken today; `left_kop` is what was not given back. `may_undo`: by this person, today."""

    transaction_id: str
    title: str
    amount_kop: int
    left_kop: int
    at: dt.datetime
    may_undo: bool


class ListRow(View, frozen=True, kw_only=True):
    """`money`: `enough`, `debt` (fed in debt), `no_funds`, `limit` or `no_account` for the chosen dish; no sum (RULES B6).

    `away`: the family told that the child is not at school.
    """

    child: str
    last_name: str
    first_name: str
    away: bool
    money: str
    own_family: bool
    today: tuple[RowDebit, ...]


class ClassDebits(View, frozen=True, kw_only=True):
    """`dish` is what the list is about; `classes` are those that this post may charge. `form` names one submit."""

    school: str
    zone: str
    day: dt.date
    school_day: bool
    class_name: str
    classes: tuple[str, ...]
    dishes: tuple[DishView, ...]
    dish: DishView | None
    form: str
    items: tuple[ListRow, ...]


class DebitResult(View, frozen=True, kw_only=True):
    """`outcome` is debited, no_funds, limit, already, no_account, no_consent or conflict; `rule` is what decided."""

    child: str
    first_name: str
    last_name: str
    outcome: str
    rule: str
    amount_kop: int
    transaction_id: str | None


class DebitResults(View, frozen=True, kw_only=True):
    items: tuple[DebitResult, ...]
    debited: int
    sum_kop: int


class PutRight(View, frozen=True, kw_only=True):
    """`transaction_id` is the reversal's; `reverses` is what it puts right."""

    transaction_id: str
    reverses: str
    amount_kop: int


class UndoAsked(View, frozen=True, kw_only=True):
    """`id` is the request's, among the office's disputes; `transaction_id` is the debit's."""

    id: str
    transaction_id: str


class PriceRow(View, frozen=True, kw_only=True):
    """`price_kop` is null where the sale ends on that day."""

    item: str
    title: str
    since: dt.date
    price_kop: int | None
    said_by: str


class TermsRow(View, frozen=True, kw_only=True):
    since: dt.date
    policy: str
    floor_kop: int | None
    daily_limit_kop: int | None
    said_by: str
    said_at: dt.datetime


class Selling(View, frozen=True, kw_only=True):
    """What the school sells today, every word on prices, and what happens without money."""

    school: str
    zone: str
    today: dt.date
    dishes: tuple[DishView, ...]
    prices: tuple[PriceRow, ...]
    policy: str
    floor_kop: int | None
    daily_limit_kop: int | None
    week: str
    words: tuple[TermsRow, ...]


class ServiceView(View, frozen=True, kw_only=True):
    """A paid service as the school keeps it; `agreed` counts the families whose word holds today."""

    id: str
    title: str
    group: str
    classes: tuple[str, ...]
    teacher: str
    teacher_name: str
    price_kop: int | None
    price_list: str
    state: str
    mine: bool
    agreed: int


class ServiceList(View, frozen=True, kw_only=True):
    """`teachers` are the posts that may hold lessons: id and name."""

    school: str
    today: dt.date
    may_make: bool
    items: tuple[ServiceView, ...]
    teachers: tuple[tuple[str, str], ...]


class GroupRow(View, frozen=True, kw_only=True):
    child: str
    last_name: str
    first_name: str
    class_name: str
    own_family: bool
    today: tuple[RowDebit, ...]


class GroupView(View, frozen=True, kw_only=True):
    service: ServiceView
    day: dt.date
    today: dt.date
    zone: str
    form: str
    items: tuple[GroupRow, ...]


class OfferedService(View, frozen=True, kw_only=True):
    """A paid service as a family sees it. `state`: `agreed`, `refused`, `wanted` or `waits` (for the pupil's or the other's word).

    `version` is what a word is given to: service, group and price.
    """

    id: str
    title: str
    group: str
    school: str
    price_kop: int
    version: str
    state: str
    mine: str | None
    missing: tuple[str, ...]
    may_say: bool


class OfferedServices(View, frozen=True, kw_only=True):
    child: str
    first_name: str
    items: tuple[OfferedService, ...]


class LimitRow(View, frozen=True, kw_only=True):
    limit_kop: int | None
    by: str
    at: dt.datetime


class RefusedMeal(View, frozen=True, kw_only=True):
    """A meal that was not paid, with the rule that said so (T1)."""

    at: dt.datetime
    title: str
    amount_kop: int
    outcome: str
    rule: str
    text: str


class LimitView(View, frozen=True, kw_only=True):
    """`daily_kop` null is no limit; `spent_kop` are today's meals less what was given back today."""

    account: str
    daily_kop: int | None
    default_kop: int | None
    own: bool
    spent_kop: int
    left_kop: int | None
    zone: str
    may_set: bool
    words: tuple[LimitRow, ...]
    refused: tuple[RefusedMeal, ...]


class TransferView(View, frozen=True, kw_only=True):
    """Two linked transactions through the clearing (RULES D2)."""

    out: str
    into: str
    from_account: str
    to_account: str
    amount_kop: int


class TransferTarget(View, frozen=True, kw_only=True):
    id: str
    title: str
    balance_kop: int


class TransferForm(View, frozen=True, kw_only=True):
    """`free_kop` is what may leave; `why_not` says why nothing may."""

    account: str
    title: str
    contract: str
    child: str | None
    first_name: str
    free_kop: int
    targets: tuple[TransferTarget, ...]
    form: str
    why_not: str


class CardOrderView(View, frozen=True, kw_only=True):
    """`state`: ordered, ready (at the school), handed, called_off."""

    id: str
    state: str
    price_kop: int
    place: str
    ordered_at: dt.datetime
    transaction_id: str


class CardOrders(View, frozen=True, kw_only=True):
    """`missing_kop` is to be paid in first; 0: enough is there."""

    account: str
    contract: str
    child: str | None
    first_name: str
    price_kop: int
    balance_kop: int
    missing_kop: int
    may_order: bool
    form: str
    items: tuple[CardOrderView, ...]


class OfficeCardOrder(View, frozen=True, kw_only=True):
    id: str
    state: str
    last_name: str
    first_name: str
    class_name: str
    contract: str
    ordered_at: dt.datetime


class OfficeCardOrders(View, frozen=True, kw_only=True):
    zone: str
    items: tuple[OfficeCardOrder, ...]
