"""«Питание»: a month of a child, each purchase with its lines, its price and who paid (F015, F016, F131)."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.people.joint import Contradiction, LineView, PaidView
from hub.flows.views.people.timeline import Provenance


class MealRow(View, frozen=True, kw_only=True):
    """`state`: `paid`, `returned`, `seen` (a till that does not sign: nothing was taken), `waiting` (the debit is under way), `refused`.

    `at` is when it was bought; `who` did it; `why` explains the account, or the refusal.
    """

    id: str
    at: dt.datetime
    title: str
    lines: tuple[LineView, ...]
    amount_kop: int
    back_kop: int
    state: str
    place: str
    who: str
    why: str
    paid: PaidView | None
    received_late: bool
    suspect: bool
    provenance: Provenance | None
    contradictions: tuple[Contradiction, ...] = ()


class MealDay(View, frozen=True, kw_only=True):
    date: dt.date
    own_kop: int
    benefit_kop: int


class MealsView(View, frozen=True, kw_only=True):
    """Newest first; sums are net of what was returned. `months` has those with a row, the newest first; `account` is the one for meals."""

    month: str
    months: tuple[str, ...]
    zone: str
    items: tuple[MealRow, ...]
    days: tuple[MealDay, ...]
    own_kop: int
    benefit_kop: int
    cut: bool
    account: str | None
    balance_kop: int | None
