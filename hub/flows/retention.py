"""How long everything is kept: one table that the worker's jobs delete by and that people read (RULES A18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from device_ingest.store import commands, ending, troubles
from hub.flows.views.self_service import KeptView, RetentionView
from hub.store import notices, sessions
from hub.store.connecting import flow_records, intents, registrations, steps, tries
from hub.store.diaries import diary_copies, polls, validators
from hub.store.joining import bundles as joins
from hub.store.outbox import log as notice_log
from hub.store.outputs import calendars, feeds
from hub.store.passes import photos, unknown_carriers, unowned_meals
from hub.store.process import repeats
from hub.store.reach import changes as phone_changes
from hub.store.reach import codes as reach_codes
from hub.store.school import announcements, roster, staff_codes
from hub.store.school.chats import codes as bot_codes
from hub.store.school.chats import journal as chat_journal
from hub.store.school.kiosks import codes as kiosk_codes
from hub.store.school.kiosks import doors as kiosk_doors
from hub.store.school.kiosks import tries as kiosk_tries
from hub.store.school.meals import menu, till_records
from hub.store.school.meals import words as meal_words
from hub.store.sessions import devices, visits
from hub.store.wishes import forms, mergers, receipt_contacts, swaps
from hub.store.written import absences, appeals, contradictions, letters, texts, tickets
from identity.audit import KEPT_FOR
from identity.invitations import TRY_WINDOW
from identity.store.accounts.pending import WAITS_FOR
from identity.store.trail import retention

RemoveOld = Callable[..., int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """`kept` counts from what `since` says; the job `name` looks every `every_s` seconds. `what` and `since` are read by people."""

    name: str
    every_s: float
    remove: RemoveOld
    kept: timedelta
    what: str
    since: str


TERMS: tuple[Term, ...] = (
    Term(
        name="device_troubles", every_s=86400.0, remove=troubles.remove_old, kept=troubles.KEPT,
        what="Молчание и сбои устройств школы", since="с начала сбоя",
    ),
    Term(
        name="device_commands", every_s=86400.0, remove=commands.remove_old, kept=commands.KEPT,
        what="Команды терминалам школы", since="с отправки",
    ),
    Term(
        name="flow_records", every_s=60.0, remove=flow_records.remove_old, kept=flow_records.LIFE + timedelta(hours=1),
        what="Незаконченные входы", since="с начала входа",
    ),
    Term(
        name="intents", every_s=300.0, remove=intents.remove_old, kept=intents.LIFE + intents.KEPT,
        what="Начатые подключения дневников и профилей", since="с начала подключения",
    ),
    Term(
        name="link_steps", every_s=60.0, remove=steps.remove_old, kept=steps.LIFE,
        what="Подключения дневника, которые ждут код", since="с отправки кода; введён или отменён — сразу",
    ),
    Term(
        name="registrations", every_s=3600.0, remove=registrations.remove_old, kept=registrations.LIFE + timedelta(days=1),
        what="Регистрации в дневнике, которые ждут письма", since="с отправки формы; подтверждена или отменена — сразу",
    ),
    Term(
        name="login_tries", every_s=3600.0, remove=tries.remove_old, kept=2 * tries.WINDOW,
        what="Счётчики неверных паролей к дневникам", since="с первого из них",
    ),
    Term(
        name="kept_forms", every_s=60.0, remove=forms.remove_old, kept=forms.LIFE,
        what="Формы, которые ждут нового входа", since="с отправки",
    ),
    Term(
        name="merge_wishes", every_s=3600.0, remove=mergers.remove_old, kept=mergers.LIFE + mergers.KEPT,
        what="Объединения кабинетов", since="с начала объединения",
    ),
    Term(
        name="swap_wishes", every_s=3600.0, remove=swaps.remove_old, kept=swaps.LIFE + swaps.KEPT,
        what="Просьбы поменять профили местами", since="со дня просьбы",
    ),
    Term(
        name="receipt_contacts", every_s=3600.0, remove=receipt_contacts.remove_old, kept=receipt_contacts.KEPT,
        what="Куда прислать чек", since="со дня оплаты",
    ),
    Term(
        name="repeats", every_s=300.0, remove=repeats.remove_old, kept=repeats.KEPT,
        what="Ответы на повторённые запросы приложений", since="с первого запроса",
    ),
    Term(
        name="sessions", every_s=300.0, remove=sessions.remove_old, kept=sessions.KEPT_AFTER_END,
        what="Входы на устройствах", since="после того как вход закончился",
    ),
    Term(
        name="devices", every_s=86400.0, remove=devices.remove_old, kept=devices.KEPT,
        what="Отметка о знакомом браузере", since="с последнего входа из него",
    ),
    Term(
        name="diary_copies", every_s=3600.0, remove=diary_copies.remove_old, kept=diary_copies.KEPT,
        what="Копии дневника", since="с последнего обновления; отключили дневник или связь с ребёнком закончилась — сразу",
    ),
    Term(
        name="diary_changes", every_s=3600.0, remove=feeds.remove_old, kept=feeds.KEPT,
        what="Что и когда изменилось в дневнике", since="с изменения; отключили дневник или связь с ребёнком закончилась — сразу",
    ),
    Term(
        name="calendar_links", every_s=86400.0, remove=calendars.remove_old, kept=calendars.KEPT,
        what="Ссылки на календарь", since="с последнего обращения календаря; отключили или связь с ребёнком закончилась — сразу",
    ),
    Term(
        name="diary_polls", every_s=3600.0, remove=polls.remove_old, kept=polls.KEPT,
        what="Когда читать дневник в следующий раз", since="с этого времени, если дневник больше не читают",
    ),
    Term(
        name="diary_validators", every_s=86400.0, remove=validators.remove_old, kept=validators.KEPT,
        what="Метки, по которым дневник узнаёт, что ничего не изменилось", since="с последнего чтения",
    ),
    Term(
        name="chat_codes", every_s=300.0, remove=bot_codes.remove_old, kept=bot_codes.LIFE,
        what="Коды, по которым бот школы узнаёт ваш профиль", since="с получения кода; профиль подключён — сразу",
    ),
    Term(
        name="chat_journal", every_s=86400.0, remove=chat_journal.remove_old, kept=chat_journal.KEPT,
        what="Что делалось в чатах классов", since="со дня действия",
    ),
    Term(
        name="notices", every_s=86400.0, remove=notices.remove_old, kept=notices.KEPT,
        what="Уведомления", since="со дня уведомления",
    ),
    Term(
        name="notice_log", every_s=86400.0, remove=notice_log.remove_old, kept=notice_log.KEPT,
        what="Что, кому и почему сообщили или не сообщили", since="со дня события",
    ),
    Term(
        name="visits", every_s=86400.0, remove=visits.remove_old, kept=visits.KEPT,
        what="Отметка о последнем посещении кабинета", since="с последнего посещения",
    ),
    Term(
        name="roster", every_s=3600.0, remove=roster.remove_old, kept=roster.KEPT,
        what="Отчёты о загрузке списка учеников", since="с окончания записи; сам файл — сразу, незаписанный — через сутки",
    ),
    Term(
        name="pupil_photos", every_s=3600.0, remove=photos.remove_old, kept=photos.KEPT,
        what="Фотография для охраны", since="с загрузки; согласие отозвали — сразу",
    ),
    Term(
        name="device_nonces", every_s=600.0, remove=ending.remove_nonces, kept=ending.NONCE_KEPT,
        what="Номера подписей устройств, чтобы ни одна не прошла дважды", since="с приёма подписи",
    ),
    Term(
        name="doubted_events", every_s=3600.0, remove=ending.remove_quarantined, kept=ending.QUARANTINE_KEPT,
        what="Записи турникетов и касс, которым не поверили", since="с приёма записи",
    ),
    Term(
        name="unowned_meals", every_s=3600.0, remove=unowned_meals.remove_old, kept=unowned_meals.KEPT,
        what="Покупки по карте, у которой ещё нет хозяина", since="со дня покупки; хозяин нашёлся — сразу",
    ),
    Term(
        name="unknown_carriers", every_s=86400.0, remove=unknown_carriers.remove_old, kept=unknown_carriers.KEPT,
        what="Незнакомые школе карты", since="с последнего раза, когда её приложили; записали за учеником — сразу",
    ),
    Term(
        name="staff_codes", every_s=86400.0, remove=staff_codes.remove_old, kept=staff_codes.LIFE + staff_codes.KEPT,
        what="Одноразовые коды для сотрудников школы", since="с выдачи",
    ),
    Term(
        name="school_announcements", every_s=86400.0, remove=announcements.remove_old, kept=announcements.KEPT,
        what="Объявления школы", since="с последнего дня показа",
    ),
    Term(
        name="letters", every_s=3600.0, remove=letters.remove_old, kept=letters.KEPT,
        what="Черновики неотправленных сообщений учителю", since="со дня, когда написали; отправлено — сразу, письмо хранит дневник",
    ),
    Term(
        name="absence_notices", every_s=86400.0, remove=absences.remove_old, kept=absences.KEPT,
        what="Уведомления об отсутствии и ответ школы", since="с последнего дня отсутствия",
    ),
    Term(
        name="contradictions", every_s=86400.0, remove=contradictions.remove_old, kept=contradictions.KEPT,
        what="Расхождения между проходной, питанием и дневником", since="со дня, о котором они",
    ),
    Term(
        name="support_tickets", every_s=86400.0, remove=tickets.remove_old, kept=tickets.KEPT,
        what="Вопросы в поддержку и ответы", since="с последнего слова",
    ),
    Term(
        name="appeals", every_s=86400.0, remove=appeals.remove_old, kept=appeals.KEPT,
        what="Обращения в школу и ответы", since="с последнего слова",
    ),
    Term(
        name="sent_texts", every_s=86400.0, remove=texts.remove_old, kept=texts.KEPT,
        what="СМС: кому и с каким текстом", since="со дня отправки; код или ПИН стирается, как только СМС ушла",
    ),
    Term(
        name="kiosk_codes", every_s=3600.0, remove=kiosk_codes.remove_old, kept=kiosk_codes.KEPT,
        what="Отметка о ПИН, который терминал школы отправил на телефон", since="с отправки; действует он 15 минут",
    ),
    Term(
        name="kiosk_sessions", every_s=300.0, remove=kiosk_doors.remove_sessions, kept=kiosk_doors.WHOLE,
        what="Кабинет договора, открытый на терминале школы", since="с входа; без действий он закрывается через две минуты",
    ),
    Term(
        name="kiosk_calls", every_s=60.0, remove=kiosk_doors.remove_calls, kept=kiosk_doors.CALLS_KEPT,
        what="Отметки о запросах терминала, чтобы ни один не прошёл дважды", since="с запроса",
    ),
    Term(
        name="kiosk_tries", every_s=3600.0, remove=kiosk_tries.remove_old, kept=2 * kiosk_tries.WINDOW,
        what="Счётчики неверных ПИН на терминалах", since="с первого из них",
    ),
    Term(
        name="contact_codes", every_s=3600.0, remove=reach_codes.remove_old, kept=reach_codes.KEPT,
        what="Коды для нового телефона и почты", since="с отправки; сам код действует 10 минут",
    ),
    Term(
        name="phone_changes", every_s=86400.0, remove=phone_changes.remove_old, kept=phone_changes.KEPT,
        what="Отметки о смене телефона", since="со дня смены",
    ),
    Term(
        name="menu_lines", every_s=86400.0, remove=menu.remove_old, kept=menu.KEPT,
        what="Меню школьной столовой", since="со дня, на который оно",
    ),
    Term(
        name="meal_words", every_s=86400.0, remove=meal_words.remove_old, kept=meal_words.KEPT,
        what="Прежние запреты и пределы в питании", since="со дня, когда их сменили; действующие — пока действуют",
    ),
    Term(
        name="till_records", every_s=86400.0, remove=till_records.remove_old, kept=till_records.KEPT,
        what="Отметки о покупках без карты, без связи и вопреки запрету", since="со дня отметки",
    ),
    Term(
        name="join_bundles", every_s=86400.0, remove=joins.remove_old, kept=joins.KEPT,
        what="Отклонённые, отозванные и просроченные заявления в школу", since="со дня, когда заявление закрылось; принятое — вдвое дольше",
    ),
)  # fmt: skip
"""What the hub's own jobs delete."""

_IDENTITY: tuple[tuple[str, timedelta, str], ...] = (
    ("Журнал «Кто смотрел»", KEPT_FOR, "со дня записи; после удаления кабинета имена в нём прочесть нельзя"),
    ("Закрытые подключения", retention.CLOSED_LINKS_KEPT, "со дня отключения"),
    ("Закончившиеся связи с ребёнком", retention.ENDED_EDGES_KEPT, "со дня окончания"),
    ("Записи ребёнка, которого больше никто не видит", retention.LONELY_KEPT + retention.CLOSED_KEPT, "с последней связи"),
    ("Коды приглашения, восстановления и чужие просмотры по доверенности", retention.CLOSED_LINKS_KEPT, "после их окончания"),
    ("Объединения кабинетов", retention.CLOSED_LINKS_KEPT, "со дня объединения; отменить его можно 14 дней"),
    ("Разрешения оператору посмотреть данные ребёнка", retention.ENDED_EDGES_KEPT, "со дня разрешения; само оно длится полчаса"),
    ("Счётчики неверных кодов", 2 * TRY_WINDOW, "с первого из них"),
    ("Решения школы и предложения родителей", retention.CLOSED_LINKS_KEPT, "со дня решения"),
    ("Отозванные и закончившиеся согласия", retention.CONSENTS_KEPT, "со дня отзыва или окончания"),
    ("Неподтверждённые изменения телефона и почты", WAITS_FOR, "с начала изменения; закрыли вход — сразу"),
)
"""What identity deletes, each by the constant that its own job uses."""

_BY_LAW: tuple[tuple[str, str], ...] = (
    ("Деньги и чеки", "5 лет после года платежа: так требует закон о бухгалтерском учёте"),
    ("Проходы и питание", "учебный год и ещё один"),
    ("Технические журналы сервера, без имён и номеров", "90 дней"),
)
"""Kept by parts of the service that begin with their own data; to be confirmed by a lawyer."""


def how_long() -> RetentionView:
    """The table for people, from the constants that the jobs use."""
    own = [KeptView(what=term.what, days=_days(term.kept), hours=_hours(term.kept), since=term.since) for term in TERMS]
    others = [KeptView(what=what, days=_days(kept), hours=_hours(kept), since=since) for what, kept, since in _IDENTITY]
    return RetentionView(items=(*own, *others), by_law=tuple(KeptView(what=what, since=words) for what, words in _BY_LAW))


def _days(kept: timedelta) -> int:
    return kept.days if kept >= timedelta(days=2) else 0


def _hours(kept: timedelta) -> int:
    return 0 if kept >= timedelta(days=2) else -(-int(kept.total_seconds()) // 3600)
