"""Writing into the town: journals through the control interface, newcomers and kinship through registrations; every system sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date, datetime

from sandbox.world.journal import Journal
from sandbox.world.marks import CODES, seen
from sandbox.world.model import Absence, Homework, Lesson, Mark, Person, Subject, WorkType


class UnknownName(ValueError):
    """A pupil, mark or name that the town does not have; the text says which, in Russian."""


class Writing(ABC):
    """What the control interface may add to a town."""

    now: Callable[[], datetime]
    subjects: dict[str, Subject]
    work_types: dict[str, WorkType]
    people: dict[str, Person]

    @abstractmethod
    def _index_people(self) -> None: ...

    @abstractmethod
    def journal_of(self, pupil: str) -> Journal | None: ...

    def add_mark(
        self,
        pupil: str,
        subject: str,
        day: date,
        value: str,
        *,
        number: int | None = None,
        weight: float | None = None,
        work: str | None = None,
        comment: str = "",
    ) -> Mark | Absence:
        """`subject` is an id or a name; `н`, `б`, `уп`, `оп` make an absence; a lesson is made where there is none."""
        journal, subject_id, work_id = self._journal(pupil), self._subject(subject), self._work(work)
        lesson = journal.find_lesson(day, number, subject_id, pupil) or journal.new_lesson(day, number, subject_id)
        entry: Mark | Absence
        if value.lower() in CODES:
            number_id = journal.next_id(9)
            entry = Absence(
                id=f"a{number_id}",
                number_id=number_id,
                pupil=pupil,
                lesson=lesson.id,
                subject=subject_id,
                date=day,
                code=value.lower(),
                set_at=self.now(),
                comment=comment,
                written=True,
            )
        else:
            number_id = journal.next_id(8)
            entry = Mark(
                id=f"m{number_id}",
                number_id=number_id,
                pupil=pupil,
                lesson=lesson.id,
                subject=subject_id,
                date=day,
                value=value,
                work=work_id,
                set_at=self.now(),
                comment=comment,
                weight=weight,
                written=True,
            )
        journal.write(entry)
        return entry

    def correct_mark(self, pupil: str, mark_id: str, value: str) -> Mark | Absence:
        """A mark keeps its id and its history; where a mark becomes an absence or back, the entry is another."""
        journal = self._journal(pupil)
        entry = journal.mark_by_id.get(mark_id)
        if entry is None or entry.pupil != pupil:
            raise UnknownName(f"Оценки {mark_id} у этого ученика нет")
        now = self.now()
        if isinstance(entry, Absence):
            if value.lower() in CODES:
                entry.code = value.lower()
                return entry
        elif value.lower() not in CODES:
            seen(entry, now)
            entry.history.append((entry.value, entry.changed_at or entry.set_at))
            entry.value, entry.changed_at, entry.plan = value, now, ()
            return entry
        lesson = journal.lesson_by_id.get(entry.lesson or "")
        journal.erase(entry)
        return self.add_mark(pupil, entry.subject, entry.date, value, number=lesson.number if lesson else None, comment=entry.comment)

    def add_lesson(
        self,
        pupil: str,
        day: date,
        number: int,
        subject: str,
        *,
        status: str | None = None,
        replaces: str | None = None,
        moved_from: date | None = None,
    ) -> Lesson:
        """A lesson of the pupil's class. The same subject at that number is changed in place, and so is the one that it `replaces`."""
        journal, subject_id = self._journal(pupil), self._subject(subject)
        old = None if replaces is None else self._subject(replaces)
        lesson = journal.find_lesson(day, number, subject_id, pupil)
        if lesson is None:
            lesson = next((item for item in journal.lessons_at(day, number) if item.subject == old and item.subgroup is None), None)
            if lesson is not None:
                journal.turn_into(lesson, subject_id)
            else:
                lesson = journal.new_lesson(day, number, subject_id)
        lesson.status = status or ("replaced" if old else "moved" if moved_from else lesson.status)
        lesson.replaces = old or lesson.replaces
        lesson.moved_from = moved_from or lesson.moved_from
        return lesson

    def add_homework(self, pupil: str, subject: str, text: str, *, assigned: tuple[date, int], due: tuple[date, int]) -> Homework:
        """For the pupil's class; lessons are made where the subject has none at that date and number."""
        journal, subject_id = self._journal(pupil), self._subject(subject)
        first, second = (
            journal.find_lesson(day, number, subject_id, pupil) or journal.new_lesson(day, number, subject_id)
            for day, number in (assigned, due)
        )
        number_id = journal.next_id(4)
        item = Homework(
            id=f"h{number_id}",
            number_id=number_id,
            class_id=journal.course.school_class.id,
            subject=subject_id,
            text=text,
            assigned_lesson=first.id,
            due_lesson=second.id,
            assigned_date=first.date,
            due_date=second.date,
            set_at=self.now(),
            subgroup=first.subgroup,
            written=True,
        )
        journal.write(item)
        return item

    def adult(self, last_name: str, first_name: str, middle_name: str, email: str | None = None) -> Person:
        """The grown-up of this name, or a newcomer who settles in the town; case does not count and ё is е."""
        wanted = _plain(f"{last_name} {first_name} {middle_name}")
        for person in self.people.values():
            if person.role != "pupil" and _plain(f"{person.last_name} {person.first_name} {person.middle_name}") == wanted:
                return person
        number = len(self.people) + 1
        made = Person(
            id=f"p{number:03d}",
            role="parent",
            last_name=last_name.strip(),
            first_name=first_name.strip(),
            middle_name=middle_name.strip(),
            birth_date=date(self.now().year - 38, 1, 15),
            sex="M" if _plain(middle_name).endswith("ич") else "F",
            email=email,
            note="приезжий: появился при регистрации",
            number=number,
        )
        self.people[made.id] = made
        self._index_people()
        return made

    def add_guardian(self, person: Person, pupil: Person) -> None:
        """From now on this person sees the pupil wherever the pupil is."""
        if pupil.id not in (*person.children, *person.cares_for):
            person.cares_for = (*person.cares_for, pupil.id)
            self._index_people()

    def _journal(self, pupil: str) -> Journal:
        journal = self.journal_of(pupil)
        if journal is None:
            raise UnknownName(f"{pupil} не учится ни в одной школе города")
        return journal

    def _subject(self, text: str) -> str:
        """By id or name; a subject that the town has not had is added."""
        wanted = text.strip().lower()
        for subject in self.subjects.values():
            if wanted in (subject.id, subject.name.lower()):
                return subject.id
        number = len(self.subjects) + 1
        self.subjects[f"s{number}"] = Subject(id=f"s{number}", name=text.strip(), number=number)
        return f"s{number}"

    def _work(self, text: str | None) -> str:
        """By id, title or abbreviation; a kind of work that the town has not had is added."""
        wanted = (text or "answer").strip().lower()
        for work in self.work_types.values():
            if wanted in (work.id, work.title.lower(), work.abbr.lower()):
                return work.id
        number = len(self.work_types) + 1
        title = (text or "").strip()
        self.work_types[f"w{number}"] = WorkType(id=f"w{number}", title=title, abbr=title[:4].upper(), weight=1, number=number)
        return f"w{number}"


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())
