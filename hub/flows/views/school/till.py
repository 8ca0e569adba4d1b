"""What a till asks and hears. No benefit, no debt, no balance, no reason and no surname stands here (RULES B6, E8)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from hub.flows.views.base import View

Text = Annotated[str, Meta(max_length=200)]
Kopecks = Annotated[int, Meta(ge=0, le=10_000_000)]


class TillCarrier(msgspec.Struct, frozen=True, kw_only=True):
    """As in a meal's event; `manual` with the child's id where the till chose a name of the list."""

    kind: Annotated[str, Meta(pattern="^(card|bracelet|bank_card|device_pin|manual)$")]
    number: Annotated[str, Meta(min_length=1, max_length=200)]


class TillItem(msgspec.Struct, frozen=True, kw_only=True):
    """`sku` is the dish's code in the school's menu, or the till's own with a `title`; `allergens` as the till knows them."""

    price_kop: Kopecks
    sku: Text = ""
    title: Text = ""
    count: Annotated[int, Meta(ge=1, le=100)] = 1
    allergens: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()


class TillQuestion(msgspec.Struct, frozen=True, kw_only=True):
    credential: TillCarrier
    items: Annotated[tuple[TillItem, ...], Meta(max_length=50)] = ()


class TillPupils(msgspec.Struct, frozen=True, kw_only=True):
    """Of one class; without it the classes of the school."""

    klass: Annotated[str, Meta(max_length=40)] = msgspec.field(name="class", default="")


class TillChild(View, frozen=True, kw_only=True):
    """`id` stands in a `manual` credential."""

    id: str
    first_name: str
    klass: str = msgspec.field(name="class")


class TillVerdict(View, frozen=True, kw_only=True):
    """`allowed` null: nobody has said what is inside, ask the child or the family."""

    sku: str
    title: str
    allowed: bool | None


class TillAnswer(View, frozen=True, kw_only=True):
    """`carrier` is active, closed or unknown: the last two never cost a meal, the child is served by name.

    `enough`: whether this sum will be paid, null without items or without a child; `limit_left_kop` is what the family's limits still
    let be spent today, null without a limit. `serve` is all of it together.
    """

    carrier: str
    child: TillChild | None
    serve: bool
    enough: bool | None
    limit_left_kop: int | None
    items: tuple[TillVerdict, ...]
    text: str


class TillName(View, frozen=True, kw_only=True):
    id: str
    first_name: str
    initial: str
    klass: str = msgspec.field(name="class")


class TillList(View, frozen=True, kw_only=True):
    """`pupils` have a surname's first letter, so that two of one name can be told apart."""

    classes: tuple[str, ...]
    pupils: tuple[TillName, ...]


class OfflineCarrier(View, frozen=True, kw_only=True):
    """`token` is HMAC-SHA256 with the package's salt over kind, a line feed and the number as a reader gives it, bare, in capitals.

    `forbidden` are codes of the package's `dishes`, `ask` those of which nobody said what is inside;
    `others` says allowed, ask or forbidden of everything else.
    """

    token: str
    child: str
    limit_kop: int
    forbidden: tuple[str, ...]
    ask: tuple[str, ...]
    others: str


class OfflinePackage(View, frozen=True, kw_only=True):
    """Good until `until`: after it the till asks again or serves by name. `dishes` are the codes that were judged."""

    school: str
    made_at: dt.datetime
    until: dt.datetime
    salt: str
    dishes: tuple[str, ...]
    carriers: tuple[OfflineCarrier, ...]
