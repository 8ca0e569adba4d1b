"""What a person agrees to, and what is told afterwards, in plain words; pure (RULES A14; PAGES, «Words»)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hub.flows.autopay.rules import Wish
from hub.flows.views.money import AccountView
from hub.ledger.money import shown
from hub.store.wishes.autopay import ACTIVE, ENDED, MONTHLY, PAUSED, THRESHOLD, Rule

VERSION = "autopay-2026-11"
"""Another text is another version; to be confirmed by a lawyer of the operator before real use."""

DECLINED, FEE, NO_RIGHT, CLOSED, NOT_KEPT, FIRST, OFF, LEFT, LOOKED_AT, OVER, REPLACED, SILENT = (
    "declined", "fee_changed", "no_right", "closed", "not_kept", "first_failed", "off", "left", "looked_at", "consent_over",
    "replaced", "silent",
)  # fmt: skip

WHY: Mapping[str, str] = MappingProxyType(
    {
        DECLINED: "Банк отказал три раза подряд. Проверьте, есть ли деньги на карте и не кончился ли её срок, и включите снова.",
        FEE: "Комиссия выросла, а вы соглашались на меньшую. Посмотрите новую сумму и включите снова.",
        NO_RIGHT: "Вы больше не платите за этот счёт, поэтому автопополнение закончилось.",
        CLOSED: "Счёт сейчас не принимает деньги: договор закрыт или школа не назвала, кто их держит.",
        NOT_KEPT: "Банк не запомнил карту. Так бывает, если платили не картой. Включите автопополнение ещё раз и заплатите картой.",
        FIRST: "Первая оплата не прошла, поэтому карта не сохранена и ничего списываться не будет.",
        OFF: "Вы отключили автопополнение.",
        LEFT: "Кабинет удалён.",
        LOOKED_AT: "Банк списал другую сумму, чем должен был. Оператор разбирается; до этого ничего не списываем.",
        SILENT: "Банк неделю не говорит, прошло ли последнее списание. Если прошло, деньги придут на счёт; новых пока не будет.",
        OVER: "Срок вашего согласия кончился. Прочитайте его и включите снова.",
        REPLACED: "Вы настроили автопополнение заново.",
    }
)


def agreement(wish: Wish, view: AccountView, *, contract: str, bank: str, fee_kop: int) -> str:
    """One purpose, the price and the way out; nothing is offered beside it."""
    total = shown(wish.amount_kop + fee_kop)
    fee = f"из них комиссия {shown(fee_kop)}" if fee_kop else "без комиссии"
    return (
        f"Я разрешаю списывать с моей карты {total} ({fee}) и зачислять {shown(wish.amount_kop)} на счёт «{view.title}» "
        f"договора {contract}{',' if wish.kind == THRESHOLD else ''} {when(wish.kind, wish.threshold_kop, wish.day)}. "
        f"За календарный месяц — не больше {shown(wish.cap_kop)}. Деньги получает "
        f"{view.holder}, списывает «{bank}»: карту помнит он, здесь остаются только её метка и четыре последние цифры. Согласие "
        "действует три года. Отозвать его можно в любой момент одной кнопкой, причины не нужны."
    )


def when(kind: str, threshold_kop: int | None, day: int | None) -> str:
    if kind == MONTHLY:
        tail = "; если такого числа в месяце нет, в последний день" if (day or 0) > 28 else ""
        return f"каждый месяц {day}-го числа{tail}"
    return f"когда на нём остаётся меньше {shown(threshold_kop or 0)}, не чаще раза в день"


def state_text(rule: Rule, *, flying: bool) -> str:
    if rule.state in (PAUSED, ENDED):
        return WHY.get(rule.why, "")
    if rule.state == ACTIVE:
        return "Списание идёт: ждём ответа банка." if flying else "Банк помнит карту: деньги спишутся без вас."
    return "Ждём первую оплату: после неё банк запомнит карту, и автопополнение включится."


def turned_on(rule: Rule) -> str:
    times = when(rule.kind, rule.threshold_kop, rule.day)
    return f"Автопополнение включено: {shown(rule.amount_kop)} {times}. Карта: {rule.title or 'сохранена банком'}."


def done(rule: Rule, total_kop: int) -> str:
    return f"Автопополнение: на счёт пришло {shown(rule.amount_kop)}, с карты списано {shown(total_kop)}."


def declined(rule: Rule) -> str:
    return f"Автопополнение на {shown(rule.amount_kop)} не прошло: банк отказал. Деньги не списаны. Попробуем ещё раз завтра."


def paused(rule: Rule, why: str) -> str:
    return f"Автопополнение на {shown(rule.amount_kop)} приостановлено. {WHY[why]}"


def ended(why: str) -> str:
    return f"Автопополнение закончилось. {WHY[why]}"


def capped(rule: Rule) -> str:
    return f"Автопополнение дошло до предела {shown(rule.cap_kop)} за этот месяц. До следующего месяца ничего не спишем."
