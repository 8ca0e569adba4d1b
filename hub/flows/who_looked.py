"""Who read or changed what of a child: the log that the family sees (RULES A13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.cursors import from_cursor, to_cursor
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import AccessEntry, AccessLogView
from hub.flows.words import title_of
from hub.store.sessions import Visitor
from identity.audit import AccessEntry as Entry
from identity.guardianship import Right
from identity.model import MOSCOW, ActorKind, EventId, Missing, PersonId
from identity.store import access_log, person, view_right

PAGE = 100
_ACTIONS: Mapping[str, str] = {
    "diary.week": "Неделя в дневнике",
    "diary.lessons": "Расписание",
    "diary.marks": "Оценки",
    "diary.homework": "Домашние задания",
    "diary.attendance": "Пропуски",
    "diary.finals": "Итоговые оценки",
    "diary.progress": "Успеваемость",
    "messages": "Сообщения: список писем",
    "messages.opened": "Сообщения: открыто письмо",
    "message.sent": "Отправлено письмо в школу",
    "homework.done": "Отмечено домашнее задание",
    "absence": "Уведомления об отсутствии",
    "absence.sent": "Отправлено уведомление об отсутствии",
    "absence.checked": "Проверено уведомление об отсутствии в дневнике",
    "absence.withdrawn": "Отозвано уведомление об отсутствии",
    "absence.accepted": "Школа приняла уведомление об отсутствии",
    "absence.rejected": "Школа не приняла уведомление об отсутствии",
    "money.contracts": "Счета и остатки",
    "money.statement": "Выписка по счёту",
    "money.found": "Найденный платёж зачислен на счёт",
    "kiosk.cabinet": "Счета на терминале школы, по номеру договора и ПИН",
    "card.ordered": "Заказан дубликат карты",
    "money.tariff": "Тариф",
    "notices.settings": "Настройки СМС и уведомлений",
    "export.statement": "Выписка выгружена файлом",
    "money.contract": "Договор о личном счёте",
    "contract.drafted": "Готов договор о личном счёте",
    "contract.accepted": "Принят договор о личном счёте",
    "contract.pin": "Сделан новый PIN для терминала",
    "contract.closing": "Договор о личном счёте заканчивается",
    "contract.ended": "Школа закончила договор о личном счёте",
    "benefit.asked": "Подано заявление на льготное питание",
    "benefit.granted": "Назначено льготное питание",
    "benefit.refused": "Отказано в льготном питании",
    "benefit.added": "Льготное питание: начислено из бюджета",
    "benefit.ended": "Закончено льготное питание",
    "payout.late": "Деньги пришли после конца договора",
    "payout.refund": "Остаток: выбран возврат туда, откуда платили",
    "payout.requisites": "Остаток: выбран счёт в банке",
    "payout.sibling": "Остаток переведён на счёт брата или сестры",
    "payout.received": "Пришёл остаток по другому договору семьи",
    "payout.refunded": "Остаток вернулся туда, откуда платили",
    "payout.signed": "Школа проверила реквизиты для возврата остатка",
    "payout.paid": "Школа отправила остаток на счёт в банке",
    "payout.failed": "Вернуть остаток не получилось",
    "payout.returned": "Банк вернул перевод остатка",
    "office.payouts": "Очередь возврата остатков",
    "office.payouts.file": "Очередь возврата остатков выгружена файлом",
    "office.benefits": "Льготное питание: заявления",
    "office.absences": "Уведомления об отсутствии в школе",
    "office.money": "Сверка платежей школы",
    "office.debits": "Список класса для питания",
    "office.lessons": "Группа платного занятия",
    "office.disputes": "Споры о списаниях",
    "office.card_orders": "Заказанные карты",
    "money.limit": "Дневной предел на питание",
    "money.transfer": "Перевод между счетами",
    "money.card": "Дубликат карты",
    "money.services": "Платные занятия",
    "menu": "Меню столовой",
    "meal_rules": "Запреты и пределы в столовой",
    "meal.rules": "Изменены запреты или пределы в столовой",
    "till.check": "Касса столовой спросила, что можно ребёнку",
    "till.list": "Список класса для кассы столовой",
    "till.offline": "Пределы и запреты для кассы на часы без связи, без имени",
    "office.till_records": "Отметки касс столовой",
    "debit.meal": "Школа списала питание",
    "debit.lesson": "Школа списала платное занятие",
    "debit.undone": "Школа отменила списание",
    "debit.asked": "Школа проверяет списание",
    "debit.disputed": "Семья не узнала списание",
    "debit.given_back": "Школа вернула деньги по спору",
    "debit.kept": "Школа оставила списание по спору",
    "card.ready": "Дубликат карты готов",
    "card.handed": "Дубликат карты выдан",
    "service.given": "Дано согласие на платное занятие",
    "service.refused": "Отказ от платного занятия",
    "service.withdrawn": "Отозвано согласие на платное занятие",
    "diary.family": "Дневник всех детей",
    "diary.today": "Сегодня",
    "diary.terms": "Календарь учебного года",
    "diary.statistics": "Сводка дневника",
    "diary.announcements": "Объявления",
    "diary.subject": "Предмет",
    "diary.times": "Время уроков",
    "diary.report": "Отчёт об успехах",
    "diary.mark": "Оценка",
    "diary.news": "Что изменилось",
    "diary.changes": "Что изменилось в дневнике",
    "export.calendar": "Расписание в календаре по ссылке",
    "export.diary": "Дневник выгружен файлом",
    "export.oneroster": "Записи выгружены файлом OneRoster",
    "calendar.made": "Сделана ссылка на календарь",
    "calendar.removed": "Отключена ссылка на календарь",
    "office.oneroster": "Школа выгрузила список файлом OneRoster",
    "link.attached": "Подключён дневник",
    "link.removed": "Отключён дневник",
    "link.suspended": "Приостановлено подключение",
    "guardianship.new": "Новая связь с ребёнком",
    "guardianship.activated": "Связь с ребёнком подтверждена",
    "guardianship.waiting": "Связь с ребёнком ждёт подтверждения",
    "guardianship.to_confirm": "Госуслуги больше не показывают этого ребёнка",
    "guardianship.confirmed_again": "Связь с ребёнком подтверждена снова",
    "guardianship.ended": "Связь с ребёнком закончилась",
    "guardianship.frozen": "Доступ остановлен",
    "guardianship.given_up": "Родитель отказался от доступа",
    "delegation.offered": "Предложен доступ для близких",
    "delegation.accepted": "Открыт доступ для близких",
    "delegation.ended": "Закончен доступ для близких",
    "delegation.granted": "Взрослый ученик открыл просмотр",
    "child_login": "Логин ребёнка",
    "child_login.made": "Создан логин ребёнка",
    "child_login.reset": "Задан новый пароль ребёнка",
    "child_login.changed": "Ученик сменил пароль",
    "child_login.removed": "Удалён логин ребёнка",
    "change_school.proposed": "Предложена смена школы",
    "change_school.objected": "Возражение против смены школы",
    "change_school.withdrawn": "Предложение о смене школы отозвано",
    "change_school.agreed": "Школа согласна на смену школы",
    "change_school.refused": "Школа отказала в смене школы",
    "erase_child.proposed": "Предложено удалить записи ребёнка",
    "erase_child.objected": "Возражение против удаления записей",
    "erase_child.withdrawn": "Предложение удалить записи отозвано",
    "erase_child.agreed": "Школа согласна удалить записи",
    "erase_child.refused": "Школа отказала в удалении записей",
    "full_capacity": "Ученик признан полностью дееспособным",
    "who_sees": "Кто видит ребёнка",
    "guardianship.renewed": "Связь с ребёнком подтверждена",
    "profile.bound": "Подключён профиль",
    "profile.refused": "Профиль не подключён",
    "profile.review": "Профиль ждёт проверки",
    "card.entered": "Школа внесла в карточку",
    "card.changed": "Школа изменила карточку",
    "card.guardian": "Школа вписала представителя",
    "card.guardian_signed": "Второй сотрудник подтвердил представителя",
    "card.guardian_removed": "Школа вычеркнула представителя",
    "invitation.issued": "Школа выдала код приглашения",
    "invitation.killed": "Школа отменила код приглашения",
    "office.reviews": "Очередь проверок школы",
    "office.guardians": "Кто видит ученика",
    "office.restrictions": "Страница школы о доступе",
    "guardianship.kept": "Школа вернула доступ",
    "guardianship.approved": "Школа подтвердила представителя",
    "review.signed": "Школа начала проверку",
    "review.signed_second": "Второй сотрудник подтвердил решение",
    "review.refused": "Школа отклонила",
    "review.lapsed": "Решение школы не вступило в силу",
    "recovery.opened": "Школа начала восстановление входа",
    "recovery.signed": "Школа выдала код восстановления",
    "recovery.refused": "Школа не стала восстанавливать вход",
    "recovery.used": "Вход восстановлен",
    "record.corrected": "Школа исправила данные по документу",
    "office.joins": "Очередь заявлений в школу",
    "office.join": "Заявление в школу",
    "join.submitted": "Подано заявление в школу",
    "join.withdrawn": "Заявление в школу отозвано",
    "join.expired": "Заявление в школу закрыто: 30 дней без решения",
    "join.approved": "Школа одобрила заявление",
    "join.rejected": "Школа отклонила заявление",
    "join.signed": "Школа начала решать по заявлению",
    "join.signed_second": "Второй сотрудник согласился с заявлением",
    "card.enrolled": "Школа зачислила ученика",
    "card.left": "Ученик выбыл из списка школы",
    "office.invitations": "Список кодов приглашения",
    "office.pupils": "Список учеников",
    "office.pupil": "Карточка ученика",
    "office.roster_export": "Список учеников выгружен файлом",
    "sign_in.created": "Первый вход",
    "sign_in.attached": "Подключён вход через Госуслуги",
    "sign_in.review": "Вход остановлен до проверки",
    "fgis.schedule": "Расписание, оценки и задания по федеральному запросу",
    "person": "Данные выгружены файлом",
    "person.exported": "Вы забрали свои данные файлом",
    "person.erased": "Кабинет удалён",
    "operator.opened": "Оператор сервиса открыл данные",
    "operator.bound": "Вход оператора сервиса",
    "operator.audit": "Оператор сервиса смотрел этот журнал",
    "operator.read": "Оператор сервиса смотрел данные",
    "session.not_me": "Завершён чужой вход",
    "tariff.agreed": "Дано согласие на платный тариф",
    "tariff.kept": "Смена тарифа отменена",
    "tariff.announced": "Предупредили о списании за тариф",
    "tariff.charged": "Списана плата за тариф",
    "tariff.ended": "Платный тариф отключён",
    "notices.set": "Изменены СМС и уведомления",
    "notices.cap": "Изменён предел на СМС",
    "settings.contacts": "Выбран другой телефон или почта",
    "office.chats": "Чаты класса",
    "chat.invited": "Приглашение в чат класса",
    "chat.added": "Добавлен профиль в чат класса",
    "chat.removed": "Профиль убран из чата класса",
    "consent.given": "Дано согласие",
    "consent.refused": "Не дано согласие",
    "consent.withdrawn": "Отозвано согласие",
    "person.moved": "Запись соединена с подтверждённой",
    "person.merged": "Два кабинета объединены",
    "person.merge_undone": "Объединение кабинетов отменено",
    "guardianship.joined": "Связь с ребёнком перешла в объединённый кабинет",
    "guardianship.parted": "Объединение кабинетов отменено, связь вернулась",
    "profile.swapped": "Профили родителя и ребёнка поменяли местами",
}
_NAMING_A_SYSTEM = frozenset({"link.attached", "link.removed", "link.suspended"})


def words_of(action: str, object_: str, title: str) -> str:
    """What was read or changed, in Russian; an unknown word stays as it is."""
    found = _ACTIONS.get(action, action)
    return f"{found}: {title}" if action in _NAMING_A_SYSTEM and object_ else found


def _post(entry: Entry) -> str:
    """A change at the school's desk carries no post of its own."""
    return entry.post or ("сотрудник школы" if entry.actor_kind is ActorKind.STAFF and entry.name else "")


async def who_looked(deps: Deps, visitor: Visitor, child: str, *, cursor: str | None = None) -> AccessLogView:
    """Newest first. Staff by name and post, guardians by name and day."""
    now, whom, who = deps.now(), PersonId(child), PersonId(visitor.person)
    after = EventId(from_cursor(cursor)) if cursor else None

    def unit() -> tuple[Right, AccessLogView]:
        right = view_right(deps.keys, who, whom, now=now)
        if not right.allowed or right.delegated:
            return right, AccessLogView(items=())
        found = access_log(deps.keys, who, whom, now=now, limit=PAGE + 1, after=after, own_reads=True)
        subject = person(deps.keys, whom)
        zone = ZoneInfo(subject.zone if subject else MOSCOW)
        items = tuple(
            AccessEntry(
                id=entry.id,
                # Of others only the day is told: its first moment, which is never still to come.
                at=entry.at or datetime.combine(entry.day, time.min, zone),
                day=entry.day,
                who=", ".join(part for part in (entry.name, _post(entry)) if part) or "Система",
                action=entry.action,
                what=words_of(entry.action, entry.object, title_of(deps.diaries, entry.object)),
                count=entry.count,
                is_me=entry.is_viewer,
                reason=entry.reason,
            )
            for entry in found[:PAGE]
        )
        return right, AccessLogView(items=items, next=to_cursor(found[PAGE - 1].id) if len(found) > PAGE else None)

    right, view = await deps.db.read(unit)
    if not right.allowed:
        raise Refused(Reason.NOT_FOUND if Missing.FOREIGN in right.missing else Reason.NOT_ALLOWED_YET)
    if right.delegated:
        raise Refused(Reason.FORBIDDEN, "Вам открыли только дневник. Кто смотрел записи, видят родители ребёнка.")
    return view
