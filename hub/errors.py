"""Every error as an RFC 9457 problem: status, stable type, and a Russian sentence that says what happened and what to do."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.kit import errors as outside
from device_ingest import errors as ingest
from hub.flows.refusals import Reason, Refused
from hub.store.database import Closed, Overloaded, StorageError
from identity import errors as identity

TYPES = "/problems/"
"""Problem types are addresses below the hub's own: each opens a page that explains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`slug` is the last segment of the type; `retry_after_s` becomes the header."""

    status: int
    slug: str
    title: str
    detail: str
    retry_after_s: int | None = None
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return TYPES + self.slug


_REFUSALS: Mapping[Reason, tuple[int, str, str]] = {
    Reason.NOT_SIGNED_IN: (401, "Нужно войти", "Войдите через Госуслуги и повторите."),
    Reason.NOT_FOUND: (404, "Такой страницы или записи нет", "Проверьте адрес или вернитесь на главную страницу."),
    Reason.UNKNOWN_SYSTEM: (404, "Такой системы здесь нет", "Выберите систему на странице «Семья и доступ»."),
    Reason.MALFORMED: (400, "Запрос не понят", "Проверьте, что заполнено, и отправьте ещё раз."),
    Reason.CROSS_SITE: (403, "Начните с нашей страницы", "Откройте «Семья и доступ» и нажмите кнопку подключения там."),
    Reason.CSRF: (403, "Страница устарела", "Обновите страницу и повторите: защитный код запроса не подошёл."),
    Reason.LEVEL_TOO_LOW: (
        403,
        "Нужна подтверждённая учётная запись Госуслуг",
        "Подтвердите учётную запись: в приложении банка, в МФЦ или по электронной подписи. Потом войдите сюда ещё раз.",
    ),
    Reason.NOT_ALLOWED_YET: (403, "Пока нельзя", "На странице «Семья и доступ» написано, чего не хватает и как это получить."),
    Reason.NOT_FRESH: (403, "Войдите ещё раз", "Для этого действия нужен вход не старше пяти минут. Войдите через Госуслуги и повторите."),
    Reason.FLOW_UNKNOWN: (400, "Этот вход здесь не начинали", "Начните вход заново с нашей страницы: адрес возврата неполный или чужой."),
    Reason.FLOW_FOREIGN: (
        400,
        "Вход начат в другом браузере",
        "Вернитесь в тот браузер, где нажали «Войти», или начните вход заново здесь.",
    ),
    Reason.FLOW_USED: (
        400,
        "Этой ссылкой уже вошли",
        "Вход по ней прошёл один раз. Откройте главную страницу; если нужно, войдите заново.",
    ),
    Reason.FLOW_EXPIRED: (
        400,
        "Вход занял слишком много времени",
        "С начала прошло больше десяти минут, ничего не изменилось. Начните вход заново.",
    ),
    Reason.REVIEW: (
        409,
        "Вход остановлен",
        "Вход остановлен, чтобы никто не увидел чужого. Обратитесь в школу: там сверят документы.",
    ),
    Reason.INITIATOR_MISMATCH: (403, "Подключение начал другой человек", "Войдите под тем, кто его начал, или начните заново."),
    Reason.ALREADY_BOUND: (
        409,
        "Этот профиль уже подключён у другого человека",
        "Войдите под ним, введите код школы или обратитесь в школу.",
    ),
    Reason.RELATION_UNPROVEN: (
        409,
        "Связь с этим ребёнком не подтверждена",
        "Войдите через Госуслуги, где ребёнок указан у вас, введите код школы или обратитесь в школу.",
    ),
    Reason.SELF_PARENT: (
        409,
        "Это профиль другого человека из вашей семьи",
        "Выбран ребёнок, а вход был в профиль взрослого, или наоборот. Войдите в профиль того, кого выбрали: у ребёнка он свой,"
        " на его собственном номере.",
    ),
    Reason.PHONE_SHARED_WITH_GUARDIAN: (
        409,
        "Профиль ребёнка заведён на номер родителя",
        "Заведите ребёнку профиль на его собственном номере и подключите его. Если номер и правда общий, решит школа.",
    ),
    Reason.BIRTHDATE_MISMATCH: (
        409,
        "Дата рождения в профиле другая",
        "Проверьте, тот ли это профиль. Если тот, исправьте дату в нём и подключите снова или обратитесь в школу.",
    ),
    Reason.ROLE_MISMATCH: (
        409,
        "Профиль другой роли",
        "Выбран родитель, а вход был в учётную запись ученика, или наоборот. Войдите под той ролью, которую выбрали.",
    ),
    Reason.NOT_OFFICE: (403, "Это делает канцелярия школы", "Войдите как сотрудник, которого школа назначила, или обратитесь в школу."),
    Reason.ROLE_UNCHOSEN: (409, "Сначала выберите должность", "Права двух должностей не складываются. Выберите: «Кем я работаю»."),
    Reason.OWN_FAMILY: (
        403,
        "Для своей семьи это делает другой",
        "Попросите другого сотрудника канцелярии: своим детям и себе самому нельзя.",
    ),
    Reason.FORBIDDEN: (403, "Так нельзя", "Это не разрешают правила. Спросите в школе, что можно сделать."),
    Reason.INVITATION_REFUSED: (
        422,
        "Код не подошёл",
        "Проверьте фамилию, имя ребёнка и код на листке. Если всё верно, попросите в школе новый код.",
    ),
    Reason.CANNOT_PAY_IN: (409, "Этот счёт не пополнить", "Выберите другой счёт договора или спросите в школе."),
    Reason.NO_FUNDS: (409, "Денег не хватает", "Пополните счёт и повторите."),
    Reason.UNDO_BY_REQUEST: (409, "День прошёл", "Сразу отменяют только в тот же день. Отправьте запрос: решит канцелярия школы."),
    Reason.WRONG_AMOUNT: (422, "Сумма не подходит", "Проверьте сумму и отправьте ещё раз."),
    Reason.CONTRACT_STATE: (409, "С этим договором так нельзя", "Откройте договор: на его странице написано, что с ним сейчас."),
    Reason.OFFER_CHANGED: (409, "Текст договора изменился", "Прочитайте новый текст на странице договора и примите его."),
    Reason.CONSENT_MISSING: (409, "Сначала согласие", "Дайте согласие на данные для договора на странице «Согласия» и вернитесь."),
    Reason.WRONG_REQUISITES: (422, "Реквизиты не подходят", "Проверьте БИК и номер счёта: хотя бы одна цифра набрана неверно."),
    Reason.PRICE_CHANGED: (409, "Цена другая", "Посмотрите нынешнюю цену и решите ещё раз: без согласия с ней ничего не списывается."),
    Reason.NO_TARIFF_HERE: (409, "Тариф не подключить", "Тариф подключают к действующему договору со счётом «Баланс СМС»."),
    Reason.LAST_STRONG_IDENTITY: (409, "Это последний вход", "Сначала подключите другой подтверждённый вход, потом отключите этот."),
    Reason.WRONG_CREDENTIALS: (
        422,
        "Дневник не принял эти данные",
        "Проверьте всё, что ввели. Если на сайте самого дневника войти тоже не получается, новый пароль даст школа.",
    ),
    Reason.CODE_WRONG: (422, "Код не подошёл", "Проверьте код и введите ещё раз: считается последний, который прислал дневник."),
    Reason.CODE_OVER: (
        409,
        "Этот код больше не действует",
        "Попытки или время вышли. Начните подключение заново: дневник пришлёт новый код.",
    ),
    Reason.MERGE_REFUSED: (409, "Кабинеты не объединить", "Начните объединение заново, введите код школы или обратитесь в школу."),
    Reason.SWAP_REFUSED: (409, "Профили не поменять местами", "Проверьте, чьи это профили, или обратитесь в школу."),
    Reason.TOO_MANY: (429, "Слишком много попыток", "Подождите немного и повторите."),
    Reason.RECENT_RECOVERY: (
        403,
        "Доступ недавно восстановлен",
        "Деньги и решения за ребёнка ждут 72 часа после восстановления входа. Смотреть записи можно уже сейчас.",
    ),
    Reason.ALREADY_DECIDED: (409, "Это уже решено", "Обновите страницу: другой сотрудник успел раньше."),
    Reason.SAME_OFFICER: (403, "Нужна вторая подпись", "Подписать должен другой сотрудник канцелярии, не тот, кто начал."),
    Reason.NO_DOCUMENT: (422, "Нужен документ", "Назовите вид, номер и дату документа."),
    Reason.RECOVERY_REFUSED: (
        422,
        "Код не подошёл",
        "Проверьте код на листке. Он действует 24 часа и один раз; если не подходит, попросите в школе новый.",
    ),
    Reason.DELEGATION_REFUSED: (
        422,
        "Код не подошёл",
        "Проверьте код. Он действует 7 дней и один раз, и только для другого взрослого; попросите у родителя новый.",
    ),
    Reason.HELD_BY_MERGE: (
        409,
        "Записи недавно соединены",
        "14 дней соединение можно отменить, и до тех пор это действие от имени прежней записи закрыто. Повторите после этого срока.",
    ),
    Reason.PUPIL_DECIDES: (403, "Это решает сам ученик", "С 14 лет ученик решает сам. Попросите его войти через Госуслуги."),
    Reason.PUPIL_VIEWS_ONLY: (
        403,
        "По логину ученика можно только смотреть",
        "Для этого действия нужен взрослый: попросите родителя войти под собой.",
    ),
    Reason.USE_GOSUSLUGI: (
        403,
        "Войдите через Госуслуги",
        "Вам уже 14 лет и прошло 90 дней: логин от родителя больше не действует. Войдите своей подтверждённой учётной записью.",
    ),
    Reason.WRONG_LOGIN: (
        422,
        "Логин или пароль не подошли",
        "Проверьте большие и маленькие буквы. Забыли пароль? Родитель задаст новый на странице «Кто видит ребёнка».",
    ),
    Reason.LOGIN_TAKEN: (409, "Такой логин уже занят", "Придумайте другой логин: например, добавьте цифры."),
    Reason.TEXT_CHANGED: (409, "Текст изменился", "Прочитайте новый текст на странице «Согласия» и решите ещё раз."),
    Reason.WRONG_WORD: (422, "Слово набрано иначе", "Наберите слово так, как оно написано на странице, и повторите."),
    Reason.REPEAT_RUNNING: (409, "Такой запрос уже выполняется", "Подождите ответа на первый запрос с этим ключом."),
    Reason.REPEAT_OTHER: (422, "Ключ повтора уже занят", "Этот Idempotency-Key пришёл с другим запросом. Возьмите новый ключ."),
}

_OUTSIDE: Mapping[type[outside.ConnectorError], tuple[int, str, str]] = {
    outside.Unavailable: (503, "{system} не отвечает", "Сейчас эта система недоступна. Попробуйте через минуту: у нас ничего не потеряно."),
    outside.TimedOut: (504, "{system} отвечает слишком долго", "Попробуйте через минуту: у нас ничего не потеряно."),
    outside.RateLimited: (429, "{system} просит подождать", "Слишком много запросов к этой системе. Повторите позже."),
    outside.AuthExpired: (409, "{system} просит войти ещё раз", "Вход устарел или уже использован. Начните его заново."),
    outside.AccessDenied: (403, "{system} не даёт доступа", "Разрешите доступ при входе или войдите под другой учётной записью."),
    outside.NotFound: (404, "{system} ничего не нашла", "Проверьте, та ли это учётная запись."),
    outside.Rejected: (422, "{system} отказала", "Проверьте данные и повторите."),
    outside.Drifted: (502, "{system} ответила непонятно", "Формат ответа изменился. Мы уже видим это; попробуйте позже."),
}

_IDENTITY: Mapping[type[identity.IdentityError], Reason] = {
    identity.NotFound: Reason.NOT_FOUND,
    identity.LastStrongIdentity: Reason.LAST_STRONG_IDENTITY,
    identity.AlreadyLinked: Reason.ALREADY_BOUND,
    identity.NotFresh: Reason.NOT_FRESH,
    identity.NotAllowed: Reason.NOT_ALLOWED_YET,
}

_NOT_ALLOWED: Mapping[str, Reason] = {
    "own_family": Reason.OWN_FAMILY,
    "same_officer": Reason.SAME_OFFICER,
    "wrong_state": Reason.ALREADY_DECIDED,
    "no_document": Reason.NO_DOCUMENT,
}

TITLES = {
    "esia": "Система Госуслуг", "dnevnik": "Система Дневник.ру", "vkapi": "Система VK", "vkid": "Система VK ID",
    "digital-school": "Система «Цифровая школа»", "eljur": "Система ЭлЖур", "epgu": "Система Госуслуг",
    "fgis": "Система федерального расписания", "iv-edu": "Система дневников Ивановской области", "kiasuo": "Система КИАСУО",
    "max": "Система MAX", "mes": "Система МЭШ", "mes-mo": "Система Школьного портала Подмосковья", "netschool": "Система «Сетевой город»",
    "my-school": "Система «Моя школа»", "ruobr": "Система «Электронная школа 2.0»",
}  # fmt: skip
_PLAIN = re.compile(r"[А-Яа-яЁё]{3,}")


def problem_of(error: BaseException) -> Problem:
    """The problem for any error; an unforeseen one is a plain 500 that tells nothing of its inside."""
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, outside.ConnectorError):
        return _outside(error)
    if isinstance(error, identity.NotAllowed):
        return _refused(Refused(_NOT_ALLOWED.get(error.reason, Reason.FORBIDDEN), more={"reason": error.reason}))
    for kind, reason in _IDENTITY.items():
        if isinstance(error, kind):
            return _refused(Refused(reason, more={"reason": error.reason} if isinstance(error, identity.NotAllowed) else {}))
    if isinstance(error, identity.SignInContention):
        return _busy(1)
    if isinstance(error, ingest.IngestError):
        return _not_taken(error)
    if isinstance(error, Overloaded):
        return _busy(error.retry_after_s)
    if isinstance(error, Closed | StorageError):
        return _busy(5)
    return INTERNAL


INTERNAL = Problem(
    status=500, slug="internal", title="У нас неполадка", detail="Мы уже видим её. Попробуйте ещё раз через минуту; введённое не потеряно."
)


def _busy(after_s: int) -> Problem:
    return Problem(status=503, slug="busy", title="Сервис перегружен", detail="Повторите через несколько секунд.", retry_after_s=after_s)


def _refused(error: Refused) -> Problem:
    status, title, detail = _REFUSALS[error.reason]
    after_s = None if error.after_s is None else max(1, math.ceil(error.after_s))
    return Problem(
        status=status, slug=error.reason.value, title=title, detail=error.detail or detail, retry_after_s=after_s, more=error.more
    )


_NOT_TAKEN: Mapping[type[ingest.IngestError], tuple[int, str, str, str]] = {
    ingest.Unreadable: (400, "unreadable", "Тело не читается", "Нужны события CloudEvents 1.0 в JSON или NDJSON; ничего не записано."),
    ingest.WrongMediaType: (415, "media_type", "Такой формат не принимаем", "Подойдут CloudEvents 1.0 и NDJSON; сжатие gzip или deflate."),
    ingest.TooLarge: (413, "too_large", "Слишком много за раз", "До 1000 событий и до 1 МиБ, и после распаковки; отправьте частями."),
}
_DISTRUST = {
    ingest.Distrust.CLOCK: "Часы устройства сбились: возьмите время из server_time и подпишите заново. События не устарели.",
    ingest.Distrust.REPLAY: "Это сообщение уже принято: подпишите следующее с новым nonce.",
    ingest.Distrust.DIGEST: "Тело изменили по дороге: оно не сходится с Content-Digest.",
    ingest.Distrust.REVOKED: "Школа отозвала это устройство.",
    ingest.Distrust.NETWORK: "Устройство без подписи слушаем только из сети школы.",
}
_FORBIDDEN = (ingest.Distrust.REVOKED, ingest.Distrust.NETWORK)


def _not_taken(error: ingest.IngestError) -> Problem:
    if isinstance(error, ingest.Untrusted):
        said = _DISTRUST.get(error.reason, "Проверьте ключ, способ подписи и ?device= этого устройства.")
        more = {"reason": error.reason.value, "server_time": error.server_time}
        status = 403 if error.reason in _FORBIDDEN else 401
        return Problem(status=status, slug="untrusted", title="Отправитель не подтверждён", detail=said, more=more)
    status, slug, title, detail = next(row for kind, row in _NOT_TAKEN.items() if isinstance(error, kind))
    return Problem(status=status, slug=slug, title=title, detail=detail, more={"reason": str(error)} if str(error) else {})


def _outside(error: outside.ConnectorError) -> Problem:
    status, title, detail = next(row for kind, row in _OUTSIDE.items() if isinstance(error, kind))
    said = getattr(error, "text", "") or error.detail
    after_s = getattr(error, "after_s", None)
    more: dict[str, object] = {"system": error.system}
    if isinstance(error, outside.Rejected) and error.reason:
        more["code"] = error.reason
    return Problem(
        status=status,
        slug=error.code,
        title=title.format(system=TITLES.get(error.system, f"Система {error.system}")),
        # A connector that knows better says it in Russian; a technical word stays inside.
        detail=said if _PLAIN.search(said) else detail,
        retry_after_s=None if after_s is None else max(1, math.ceil(after_s)),
        more=more,
    )


_HTTP: Mapping[int, tuple[str, str, str]] = {
    400: ("malformed", "Запрос не понят", "Проверьте адрес и данные запроса."),
    404: ("not_found", "Такой страницы нет", "Проверьте адрес или вернитесь на главную страницу."),
    405: ("method_not_allowed", "Так сюда не обращаются", "Этот адрес не принимает такой метод запроса."),
    413: ("too_large", "Слишком большой запрос", "Тело запроса больше 1 МиБ."),
    415: ("media_type", "Неизвестный вид данных", "Отправьте JSON с Content-Type: application/json."),
    421: ("misdirected", "Не тот адрес", "Этот сервис отвечает только по своему адресу."),
    422: ("malformed", "Запрос не понят", "Проверьте, что заполнено, и отправьте ещё раз."),
    429: ("too_many", "Слишком много запросов", "Подождите немного и повторите."),
}


def http_problem(status: int) -> Problem:
    """The problem of a bare HTTP status."""
    if status >= 500:
        return INTERNAL
    slug, title, detail = _HTTP.get(status, ("refused", "Запрос отклонён", "Проверьте адрес и данные запроса."))
    return Problem(status=status, slug=slug, title=title, detail=detail)


def explained() -> Mapping[str, tuple[str, str]]:
    """Every problem type with its title and sentence, for the pages behind the type addresses."""
    pages = {slug: (title, detail) for slug, title, detail in _HTTP.values()}
    pages |= {reason.value: (title, detail) for reason, (_, title, detail) in _REFUSALS.items()}
    pages |= {kind.code: (title.format(system="Внешняя система"), detail) for kind, (_, title, detail) in _OUTSIDE.items()}
    pages |= {problem.slug: (problem.title, problem.detail) for problem in (INTERNAL, _busy(1))}
    return pages
