"""The console's words: states, errors, kinds, jobs."""

from __future__ import annotations

from dataclasses import dataclass

from hub.flows.retention import TERMS

STATES = {"closed": "работает", "half_open": "пробуем", "open": "пауза", "off": "выключена", "unknown": "не спрашивали"}
LOOKS = {"closed": "active", "half_open": "needs_code", "open": "needs_login", "off": "not_linked", "unknown": "not_linked"}
"""Classes that the cabinet uses for its own states."""
KINDS = {
    "sign_in": "вход",
    "diary": "дневник",
    "channel": "канал уведомлений",
    "payment": "оплата",
    "notice": "уведомления",
    "chat": "чаты",
    "joining": "запись в школу",
    "terminal": "терминалы",
}
ERRORS = {
    "unavailable": "не отвечает", "timed_out": "не успела", "rate_limited": "просит реже", "auth_expired": "вход кончился",
    "access_denied": "не разрешила", "not_found": "не нашла", "rejected": "отказала", "drifted": "другой формат",
}  # fmt: skip
QUALITIES = {"none": "не проверена", "bronze": "бронза", "silver": "серебро", "gold": "золото", "platinum": "платина"}
JOBS = {
    "seal_audit": "Сцепляет журнал", "poll_diaries": "Читает дневники заранее", "apply_rosters": "Записывает списки учеников",
    "attach_cards": "Находит родителей по карточкам", "attach_announced": "Подключает после предупреждения",
    "identity_terms": "Заканчивает связи, срок которых вышел",
    "birthdays": "Считает 14-летия", "silences": "Ждёт согласия второго родителя",
    "contradictions_raised": "Сравнивает проходы, питание и дневник",
    "absences_in_diaries": "Смотрит, что дневники ответили об отсутствии", "watch_accounts": "Узнаёт, что с регистрацией в дневниках",
    "top_ups_asked": "Спрашивает банки о пополнениях, которые ещё не подтверждены",
    "join_announced": "Завершает решения, о которых предупредили родителей", "join_expiry": "Закрывает заявления, которых никто не решил",
    "joins_told": "Передаёт заявления в «Мою школу»", "joins_followed": "Узнаёт, что решила «Моя школа»",
    "joins_subscribed": "Держит подписку на «Мою школу»", "class_chats": "Сверяет чаты классов",
    "appeals_overdue": "Напоминает об обращениях, срок которых прошёл",
    "disputes_overdue": "Напоминает о спорах, срок которых прошёл",
    "devices_watched": "Смотрит, не молчат ли устройства", "devices_doubted": "Разбирает записи отозванных устройств",
    "mqtt_listened": "Слушает брокер MQTT",
    "autopay_followed": "Узнаёт, чем кончились автоплатежи", "autopay_bound": "Запоминает карты для автопополнения",
    "autopay_charged": "Пополняет счета по правилам семей", "autopay_unbound": "Забывает карты, от которых отказались",
    "events_ended": "Удаляет проходы и покупки прошлых учебных лет",
    "carriers_watched": "Отмечает карты, которых школа не знает", "tills_charged": "Списывает по чекам касс",
    "notices_of_money": "Сообщает о пополнениях и малых остатках", "announcements_told": "Сообщает о новых объявлениях школ",
    "notices_spread": "Передаёт сообщения кабинета в другие каналы",
    "texts_sent": "Отправляет СМС", "notices_decided": "Решает, кому сообщить о проходах", "notices_sent": "Отправляет уведомления",
    "tariff_months": "Берёт плату за месяц тарифа и заканчивает тарифы",
    "receipts_followed": "Заводит чеки по движениям денег", "receipts_asked": "Спрашивает банки о чеках",
    "receipts_missed": "Отмечает чеки, которых нет в срок", "contracts_drafted": "Готовит договоры тем, кто пришёл в школу",
    "benefits_followed": "Начинает и заканчивает льготное питание", "leavers_contracts": "Закрывает договоры тех, кто ушёл",
    "contracts_ending": "Закрывает договоры школы по её решению", "contracts_closing": "Переводит остатки закрываемых договоров к выплате",
    "contracts_closed": "Ищет деньги, пришедшие на закрытые договоры", "payouts_refunded": "Возвращает остатки тем путём, которым платили",
    "payouts_due": "Напоминает о выплатах, срок которых близко",
    "note_health": "Собирает эти цифры", **{term.name: f"Удаляет старое: {term.what.lower()}" for term in TERMS},
}  # fmt: skip
READERS = {"charge_tills": "Списания по чекам касс", "notices": "Уведомления о проходах и питании", "watch_carriers": "Незнакомые карты"}
ACTORS = {"guardian": "взрослый", "pupil": "ученик", "staff": "школа", "operator": "оператор", "system": "система", "app": "приложение"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the console's templates look up."""

    states = STATES
    looks = LOOKS
    kinds = KINDS
    errors = ERRORS
    qualities = QUALITIES
    jobs = JOBS
    readers = READERS
    actors = ACTORS


WORDS = Words()
