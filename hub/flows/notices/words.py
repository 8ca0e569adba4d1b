"""Why a notice came or did not, for people: what it means and what to do; pure (RULES F1; PAGES)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hub.flows.notices.kinds import Kind, Why

CHANNELS: Mapping[str, str] = MappingProxyType(
    {"page": "На странице", "push": "Пуш", "email": "Почта", "max": "MAX", "vk": "VK", "sms": "СМС"}
)
KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ENTERED: "Вход",
        Kind.LEFT: "Выход",
        Kind.PASSED: "Проход",
        Kind.LEFT_EARLY: "Выход во время уроков",
        Kind.CARD_REFUSED: "Карту не пропустили",
        Kind.CARD_USED: "Показали закрытую карту",
        Kind.MEAL: "Покупка в столовой",
        Kind.MEAL_BACK: "Покупку отменили",
        Kind.MEAL_REFUSED: "Касса отказала",
        Kind.LOW_BALANCE: "Мало денег на счёте",
        Kind.TOP_UP: "Пополнение",
        Kind.MONEY: "Деньги",
        Kind.ANSWER: "Ответ на обращение",
        Kind.MARK: "Оценка",
        Kind.ANNOUNCEMENT: "Объявление",
        Kind.DEVICE: "Устройство школы",
        Kind.SERVICE: "Служебное сообщение",
    }
)
WHY: Mapping[str, str] = MappingProxyType(
    {
        Why.CHANNEL_OFF: "Вы не включали этот канал. Включить можно в разделе «Уведомления».",
        Why.NOT_FOR_SMS: "О таком СМС не отправляем: сообщение есть на странице и в бесплатных каналах.",
        Why.LATE: "Турникет или касса передали это слишком поздно. Событие есть в списке, но «вошёл» задним числом не сообщаем.",
        Why.DUPLICATE: "Это повтор: карту приложили ещё раз в те же пять секунд. О проходе сообщили один раз.",
        Why.WEAK_DEVICE: "Устройство не подтверждено: платных и срочных сообщений по нему нет. Проход виден в списке.",
        Why.QUIET_HOURS: "Тихие часы: сообщение придёт утром, вместе с остальными. Часы можно изменить в «Уведомлениях».",
        Why.NO_FUNDS: "На «Балансе СМС» не хватило денег. СМС не отправлена, долга нет. Пополните счёт.",
        Why.NO_CONTRACT: "Нет договора со счётом «Баланс СМС»: его открывает школа. Бесплатные каналы работают без него.",
        Why.NO_CONSENT: "Нет вашего согласия на платные СМС. Дать его можно в разделе «Уведомления».",
        Why.STALE_SETTING: "Цена СМС изменилась. Подтвердите новую цену в «Уведомлениях», и СМС пойдут снова.",
        Why.CAP: "Месячный предел расходов на СМС достигнут. Со следующего месяца СМС пойдут снова.",
        Why.NO_ADDRESS: "Некуда отправить: для этого канала нет адреса. Добавьте его в разделе «Уведомления».",
        Why.NOT_CONFIRMED: "Адрес не подтверждён кодом. Подтвердите его в разделе «Уведомления».",
        Why.NO_RIGHT: "К моменту отправки у вас не было права видеть эти данные.",
        Why.CHANNEL_DOWN: "Этот канал сейчас не работает. Событие есть на странице.",
        Why.FALLBACK: "Ждём: если предыдущий канал не доставит, отправим сюда.",
        Why.FALLBACK_NOT_NEEDED: "Не понадобилось: сообщение уже дошло другим каналом.",
        Why.EXPIRED: "Отправить вовремя не вышло, а позже сообщение уже не нужно.",
        Why.UNDELIVERABLE: "Оператор или сервер не смог доставить. Деньги, если их взяли, вернулись на счёт.",
        Why.UNSURE: "Сервер не подтвердил, что принял сообщение. Второй раз не отправляем, чтобы не повторяться.",
    }
)
SENT: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "Отправляем.",
        "handed": "Передано оператору СМС, ждём ответа.",
        "trying": "Отправляем СМС: оператор её ещё не принял. Если не примет сразу, попробуем снова.",
        "unsure": "Оператор СМС не подтвердил, что принял сообщение. Выясняем.",
        "sent": "Отправлено.",
        "delivered": "Доставлено.",
    }
)


def text_of(state: str, rule: str, channel: str = "") -> str:
    """A sentence for one way of one happening."""
    if channel == "page" and state == "delivered":
        return "Сообщение есть на вашей странице."
    return WHY.get(rule, "") if rule and state not in ("sent", "delivered") else SENT.get(state, "")
