"""Anybody asks: no sign-in, no SNILS, no puzzle; the same form twice is one question, and its secret link is told once more."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.deps import Deps
from hub.flows.directory.keeping import EMAIL, LONGEST_EMAIL
from hub.flows.directory.shape import takes_questions
from hub.flows.phones import e164
from hub.flows.refusals import Reason, Refused
from hub.flows.support.human import Doubt, doubt, sign
from hub.flows.support.masking import cover
from hub.flows.views.written.support import AskedView, SupportForm
from hub.store.process.memory import Throttle
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.written import tickets
from hub.store.written.tickets import Asker, TicketState
from identity.model import PersonId
from identity.store import children_of, person
from identity.store.school.cards import classes_of

LONGEST_NAME, LONGEST_TEXT, LONGEST_CLASS = 100, 4000, 20
AN_HOUR = 10
"""Questions of one network in an hour: a parents' evening behind one address still gets through."""
TOPICS = {"sign_in": "не могу войти", "children": "не вижу ребёнка", "diary": "дневник", "money": "деньги и питание", "other": "другое"}
_DOUBTS = {
    Doubt.HIDDEN_FIELD: "Похоже, форму заполнила программа. Если это вы, нажмите «Отправить» ещё раз: текст сохранён.",
    Doubt.TOO_FAST: "Форма отправлена слишком быстро. Проверьте текст и нажмите «Отправить» ещё раз.",
    Doubt.OLD: "Форма открыта больше суток назад. Нажмите «Отправить» ещё раз: текст сохранён.",
    Doubt.FOREIGN: "Форма открыта не здесь. Нажмите «Отправить» ещё раз: текст сохранён.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """As it was typed. `hidden` is the field that a person does not see; `school` an OGRN where the school shall answer."""

    form: str
    hidden: str
    name: str = field(repr=False)
    text: str = field(repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    topic: str = ""
    school: str = ""
    class_name: str = field(default="", repr=False)
    child: str = field(default="", repr=False)
    """By these the school finds whose parent cannot come in: no surname is asked."""


async def new_form(deps: Deps, visitor: Visitor | None, *, school: str = "") -> SupportForm:
    """What the page needs: a signed form, and to whom one may write."""
    form = sign(deps.keys, deps.now())

    def unit() -> SupportForm:
        me = person(deps.keys, PersonId(visitor.person)) if visitor else None
        asked = [school] if school and takes_questions(school) else []
        cards = [schools.school(one) for one in dict.fromkeys([*asked, *(_own_schools(deps, visitor) if visitor else [])])]
        return SupportForm(
            form=form,
            topics=TOPICS,
            name=me.first_name if me else "",
            schools={card.ogrn: card.short_name for card in cards if card},
        )

    return await deps.db.read(unit)


async def ask(deps: Deps, visitor: Visitor | None, network: str, question: Question) -> tuple[AskedView, bool]:
    """The question's number and secret, and whether it is new. Numbers that nobody asked for are covered before anything is stored."""
    now = deps.now()
    found = doubt(deps.keys, question.form, question.hidden, now)
    if found is not None:
        raise Refused(Reason.MALFORMED, _DOUBTS[found], more={"doubt": found.value})
    asker, text = _checked(question)
    id_, secret = deps.keys.code_hash(f"ticket of {question.form}")[:24], deps.keys.code_hash(f"secret of {question.form}")[:32]

    def known() -> tickets.Ticket | None:
        return tickets.find(deps.keys, id_)

    before = await deps.db.read(known)
    if before is None:
        _within_limits(deps, network)

    def unit() -> tuple[tickets.Ticket, bool]:
        school = question.school or None
        if school and not takes_questions(school):
            raise Refused(Reason.NOT_FOUND, "Эта школа здесь вопросов не принимает. Её телефоны — в справочнике.")
        who = visitor.person if visitor else None
        new = tickets.add(deps.keys, id_, secret=secret, school=school, person=who, asker=asker, text=text, now=now)
        made = tickets.find(deps.keys, id_)
        if made is None:
            raise Refused(Reason.REPEAT_RUNNING, after_s=1)
        return made, new

    ticket, new = await deps.db.write(unit)
    state = ticket.state.value
    return AskedView(number=ticket.number, secret=secret, state=state, masked=ticket.asker.masked, created_at=ticket.created_at), new


def _checked(question: Question) -> tuple[Asker, str]:
    """Refused in words that say what to change."""
    (name, in_name), (text, in_text) = cover(" ".join(question.name.split())), cover(_with_child(question))
    _require(0 < len(name) <= LONGEST_NAME, "Напишите, как к вам обращаться: до 100 знаков.")
    _require(0 < len(text) <= LONGEST_TEXT, "Опишите вопрос: до 4000 знаков.")
    _require(
        len(question.child) <= LONGEST_NAME and len(question.class_name) <= LONGEST_CLASS, "Проверьте класс и имя ребёнка: они короче."
    )
    email, phone = question.email.strip(), e164(question.phone)
    _require(not email or (len(email) <= LONGEST_EMAIL and bool(EMAIL.fullmatch(email))), "Проверьте почту или оставьте поле пустым.")
    _require(bool(phone) or not question.phone.strip(), "Проверьте телефон или оставьте поле пустым.")
    _require(question.topic in ("", *TOPICS), "Выберите тему из списка.")
    return Asker(name=name, email=email, phone=phone, topic=question.topic, masked=in_name or in_text), text


def _with_child(question: Question) -> str:
    """What the old operator asked on the telephone stands under the question; an empty question stays empty."""
    klass, child = (" ".join(word.split()) for word in (question.class_name, question.child))
    said = [f"Класс: {klass}." if klass else "", f"Ребёнок: {child}." if child else ""]
    about = " ".join(one for one in said if one)
    return f"{question.text}\n\n{about}" if about and question.text.strip() else question.text


def _within_limits(deps: Deps, network: str) -> None:
    budget = deps.memory.budgets.setdefault("support questions", Throttle(limit=AN_HOUR, window_s=3600.0))
    if not budget.take(network):
        raise Refused(
            Reason.TOO_MANY, "Из вашей сети за час пришло много вопросов. Подождите или позвоните: телефоны в справочнике.",
            after_s=budget.wait_s(network),
        )  # fmt: skip


def _own_schools(deps: Deps, visitor: Visitor) -> list[str]:
    """In the caller's unit: the schools of the visitor's children that answer here."""
    mine = [
        view.person.id
        for view in children_of(deps.keys, PersonId(visitor.person), now=deps.now())
        if view.right.allowed and not view.right.delegated and not view.diary_only
    ]
    return [ogrn for ogrn in dict.fromkeys(ogrn for ogrn, _ in classes_of(mine).values()) if takes_questions(ogrn)]


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Refused(Reason.MALFORMED, otherwise)


__all__ = ["TOPICS", "Question", "TicketState", "ask", "new_form"]
