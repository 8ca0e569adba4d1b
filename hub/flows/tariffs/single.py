"""A parent switches notices about passes and meals apart, by channel; an SMS by a word to its price (RULES F2; F014, F017, F022, F026)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.money.sight import children, seen_contract, zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.tariffs import texts
from hub.flows.tariffs.paying import require_grown, require_payer
from hub.flows.tariffs.telling import note
from hub.flows.tariffs.words import ABOUT, SERVICES
from hub.flows.views.paying.tariffs import NoticeConsent, NoticeSettings, NoticeSettingView
from hub.ledger.model import Purpose
from hub.ledger.money import shown
from hub.ledger.notices import ITEMS, NoticeKind
from hub.ledger.rules import month_of
from hub.ledger.store import contracts, reading, terms
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState
from hub.ledger.store.heads import head_of
from hub.ledger.store.paid import consents, notices, subscriptions
from hub.ledger.store.paid.consents import ConsentCard, Said
from hub.ledger.store.paid.notices import CHANNELS, SMS, SettingCard
from hub.ledger.tariffs import BASE, INCLUDES, MONTHLY_CAP_KOP, Priced
from hub.store import reach
from hub.store.reach import Channel
from hub.store.sessions import Visitor
from identity.model import ActorKind, Person, PersonId
from identity.store import record_change

PAGE = "notices.settings"
UNKNOWN = "Канал — один из: page, push, email, max, vk, sms."
FREE = Priced(kop=0, version="free")


class _Offer:
    """What notices of a child cost today, and from which account: read once for all kinds and channels."""

    def __init__(self, deps: Deps, visitor: Visitor, child: Person, *, now: datetime) -> None:
        self.who, self.child, self.now = visitor.person, child, now
        self.contract, self.account = _contract(child.id)
        self.zone = zone_of(self.contract) if self.contract else child.zone
        self.today = now.astimezone(ZoneInfo(self.zone)).date()
        self.tariff = subscriptions.tariff_on(self.contract.id if self.contract else "", self.today)
        self.cap_kop = notices.cap_of(self.contract.id) if self.contract else MONTHLY_CAP_KOP
        self.balance_kop = reading.balance(self.account.id) if self.account else 0
        self.phone = any(one.channel is Channel.SMS for one in reach.of_person(deps.keys, visitor.person))
        self.text = texts.in_force(texts.SMS, self.today)

    def price(self, kind: NoticeKind, channel: str) -> Priced:
        return terms.price_of(ITEMS[kind], self.today) if channel == SMS else FREE

    def words(self, kind: NoticeKind, price: Priced) -> str:
        return self.text.body.format(title=SERVICES[kind], price=shown(price.kop), cap=shown(self.cap_kop))

    def spent_kop(self) -> int:
        if self.account is None:
            return 0
        start, end = month_of(self.today.year, self.today.month, self.zone)
        return notices.spent(self.account.id, start=start, end=end)


async def show_notices(deps: Deps, visitor: Visitor, child: str) -> NoticeSettings:
    """The signed-in person's own wishes about this child; those never said are off."""
    now = deps.now()

    def unit() -> NoticeSettings:
        offer = _Offer(deps, visitor, _child(deps, visitor, child, now=now), now=now)
        kept = {(one.kind, one.channel): one for one in notices.of_child(visitor.person, child)}
        return NoticeSettings(
            child=child,
            contract=offer.contract.id if offer.contract else None,
            monthly_cap_kop=offer.cap_kop,
            spent_kop=offer.spent_kop(),
            items=tuple(_view(offer, kind, channel, kept.get((kind, channel))) for kind in NoticeKind for channel in CHANNELS),
        )

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


async def put_notice(
    deps: Deps,
    visitor: Visitor,
    child: str,
    kind: str,
    *,
    channel: str,
    enabled: bool,
    accepted_price_kop: int | None,
    text_version: str = "",
) -> NoticeSettingView:
    """The stored wish. An SMS is switched on only at the price that was seen; off it goes with one tap."""
    if kind not in set(NoticeKind):
        raise Refused(Reason.NOT_FOUND)
    if channel not in CHANNELS:
        raise Refused(Reason.MALFORMED, UNKNOWN)
    about, now = NoticeKind(kind), deps.now()

    def unit() -> NoticeSettingView:
        whom = _child(deps, visitor, child, now=now)
        offer = _Offer(deps, visitor, whom, now=now)
        if offer.account is not None:
            head_of(offer.account.id, now=now)  # locked: two taps take turns
        price, known = offer.price(about, channel), notices.setting(visitor.person, child, about, channel)
        consent = _agreed(deps, visitor, offer, about, accepted_price_kop, known, text_version) if enabled and channel == SMS else None
        if enabled and channel != SMS and accepted_price_kop not in (None, price.kop):
            raise _other_price(about, price)
        if known is None or (known.enabled, known.consent.id if known.consent else None) != (enabled, consent):
            notices.put(about, channel, person=visitor.person, child=child, enabled=enabled, price=price, consent=consent, now=now)
            actor = ActorKind.PUPIL if visitor.person == child else ActorKind.GUARDIAN
            said = f"{about.value} {channel} {'on' if enabled else 'off'}"
            record_change(actor=PersonId(visitor.person), actor_kind=actor, subject=whom.id, action="notices.set", object=said, now=now)
        return _view(offer, about, channel, notices.setting(visitor.person, child, about, channel))

    return await deps.db.write(unit)


async def put_cap(deps: Deps, visitor: Visitor, contract: str, cap_kop: int) -> None:
    """Lower at any time; higher, up to the house's cap, only after a fresh sign-in (RULES A16, F2)."""
    now = deps.now()
    if not 0 <= cap_kop <= MONTHLY_CAP_KOP:
        raise Refused(Reason.WRONG_AMOUNT, f"За месяц — от 0 до {shown(MONTHLY_CAP_KOP)}.", more={"most_kop": MONTHLY_CAP_KOP})

    def unit() -> None:
        card, _ = seen_contract(deps, visitor, contract, now=now)
        require_grown(visitor, card)
        require_payer(deps, visitor, card, now=now)
        if cap_kop > notices.cap_of(contract):
            require_fresh(deps, visitor.auth_time)
        notices.put_cap(contract, cap_kop, by=visitor.person, now=now)
        note(card, "notices.cap", str(cap_kop), now=now, actor=visitor.person)

    await deps.db.write(unit)


def _child(deps: Deps, visitor: Visitor, child: str, *, now: datetime) -> Person:
    found = next((one.person for one in children(deps, visitor, now=now) if one.person.id == child), None)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    return found


def _contract(child: str) -> tuple[ContractCard | None, AccountCard | None]:
    """The active contract whose `notices` pay for the child's SMS."""
    for card in contracts.of_children([child]):
        account = next((one for one in card.accounts if one.purpose is Purpose.NOTICES and not one.closed), None)
        if card.state is ContractState.ACTIVE and account is not None:
            return card, account
    return None, None


def _other_price(kind: NoticeKind, price: Priced) -> Refused:
    told = f"«{SERVICES[kind]}»: {shown(price.kop)} за каждую." if price.kop else "Этот канал бесплатный: цена 0."
    return Refused(Reason.PRICE_CHANGED, told, more={"price_kop": price.kop, "version": price.version})


def _agreed(
    deps: Deps, visitor: Visitor, offer: _Offer, kind: NoticeKind, accepted_kop: int | None, known: SettingCard | None, text_version: str
) -> str:
    """The word by which an SMS of this kind may be paid from now on."""
    require_grown(visitor, None, child=offer.child.id)
    require_payer(deps, visitor, offer.contract, now=offer.now, child=offer.child.id)
    price = offer.price(kind, SMS)
    if accepted_kop != price.kop:
        raise _other_price(kind, price)
    return _word(offer, kind, price, known, text_version)


def _word(offer: _Offer, kind: NoticeKind, price: Priced, known: SettingCard | None, text_version: str) -> str:
    """A living word to this price and text is not said again."""
    if text_version and text_version != offer.text.version:
        raise Refused(Reason.TEXT_CHANGED, more={"version": offer.text.version})
    before = known.consent if known and known.enabled else None
    if before is not None and before.ended_at is None and (before.price, before.text_version) == (price, offer.text.version):
        return before.id
    said = Said(service=ITEMS[kind].value, price=price, text_version=offer.text.version, text=offer.words(kind, price))
    contract = offer.contract.id if offer.contract else None
    return consents.agree(said, person=offer.who, contract=contract, child=offer.child.id, now=offer.now)


def _view(offer: _Offer, kind: NoticeKind, channel: str, kept: SettingCard | None) -> NoticeSettingView:
    price = offer.price(kind, channel)
    word = kept.consent if kept and kept.consent and kept.consent.ended_at is None else None
    included = channel == SMS and ITEMS[kind] in INCLUDES[offer.tariff]
    return NoticeSettingView(
        child=offer.child.id,
        kind=kind.value,
        title=SERVICES[kind] if channel == SMS else ABOUT[kind],
        channel=channel,
        enabled=bool(kept and kept.enabled),
        price_kop=price.kop,
        accepted_price_kop=word.price.kop if word else 0,
        price_version=price.version if channel == SMS else BASE,
        included=included,
        monthly_cap_kop=offer.cap_kop,
        waits_for=_waits(offer, price, kept, included=included) if channel == SMS else (),
        consent=_said(word) if word else None,
        consent_text=offer.words(kind, price) if channel == SMS else "",
        text_version=offer.text.version if channel == SMS else "",
        updated_at=kept.updated_at if kept else None,
    )


def _said(word: ConsentCard) -> NoticeConsent:
    return NoticeConsent(at=word.at, price_kop=word.price.kop, price_version=word.price.version, text_version=word.text_version)


def _waits(offer: _Offer, price: Priced, kept: SettingCard | None, *, included: bool) -> tuple[str, ...]:
    """A phone, the switch, an advance: what is still missing for an SMS to go out (F022)."""
    word = kept.consent if kept and kept.enabled else None
    lacks = {
        "phone": not offer.phone,
        "contract": offer.contract is None,
        "advance": offer.contract is not None and not included and offer.balance_kop < price.kop,
        "price": word is not None and word.price.kop < price.kop,
    }
    return tuple(name for name, missing in lacks.items() if missing)
