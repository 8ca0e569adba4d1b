"""Turns the families into people with numbers, documents and accounts; the ages follow the school year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sandbox.world import names
from sandbox.world.accounts import child_account, dnevnik_place, dnevnik_user, op_account, parent_account, vk_account
from sandbox.world.families import FIRST_OF_DIARIES, UNCOMMON, Adult, Child, Family
from sandbox.world.model import Address, BirthCertificate, EsiaAccount, Passport, Person, School, SchoolClass, Vehicle
from sandbox.world.numbers import password, person_inn, snils, token

ADMINISTERED = ("orn", "kry")
SMALL_CLASSES = {("ivn", "7А"): 3}
STREETS = ("Садовая", "Лесная", "Парковая", "Набережная", "Полевая", "Новая", "Зелёная", "Цветочная")
CARS = ("LADA VESTA", "HAVAL JOLION", "KIA RIO", "GEELY COOLRAY")
TEACHERS: dict[str, str] = {
    "lang": "Русский язык и литература",
    "math": "Математика и информатика",
    "eng1": "Английский язык",
    "eng2": "Английский язык",
    "hist": "История и география",
    "sci": "Физика, химия, биология",
    "art": "Музыка, ИЗО, труд",
    "sport": "Физическая культура",
}


@dataclass(slots=True, kw_only=True)
class Census:
    """The people in making; `rng` makes numbers and passwords from the seed, `start` is the 1st of September."""

    rng: Random
    start: date
    schools: dict[str, School]
    people: dict[str, Person] = field(default_factory=dict)
    classes: dict[str, SchoolClass] = field(default_factory=dict)
    teachers: dict[str, dict[str, str]] = field(default_factory=dict)
    esia_families: set[str] = field(default_factory=set)

    def born(self, age: int, month: int | None, day: int | None) -> date:
        """The birthday of the next person; a day that is not given goes by that person's number."""
        number = len(self.people) + 1
        month, day = month or number * 7 % 12 + 1, day or number * 5 % 27 + 2
        return date(self.start.year - age - (1 if month >= 9 else 0), month, day)

    def add(self, role: str, name: tuple[str, str, str], sex: str, birth_date: date) -> Person:
        number = len(self.people) + 1
        last, first, middle = name
        person = Person(
            id=f"p{number:03d}",
            role=role,
            last_name=last,
            first_name=first,
            middle_name=middle,
            birth_date=birth_date,
            sex=sex,
            number=number,
            snils=snils(900_000_000 + self.rng.randrange(10_000) * 1_000 + number),
        )
        self.people[person.id] = person
        return person

    def school_class(self, place: tuple[str, str]) -> SchoolClass:
        key, name = place
        class_id = f"{key}-{name}"
        if class_id not in self.classes:
            self.classes[class_id] = SchoolClass(
                id=class_id, school=key, name=name, parallel=int(name[:-1]), letter=name[-1], teacher="", number=len(self.classes) + 1
            )
        return self.classes[class_id]


def settle(rng: Random, start: date, schools: dict[str, School]) -> Census:
    """Everyone, in the town's order: families of the diaries, uncommon families, classmates, teachers, administrators and their seconds."""
    census = Census(rng=rng, start=start, schools=schools)
    for family in (*FIRST_OF_DIARIES, *UNCOMMON):
        _family(census, family)
    for school_class in list(census.classes.values()):
        wanted = SMALL_CLASSES.get((school_class.school, school_class.name), 7)
        while len(school_class.pupils) < wanted:
            _family(census, _classmate(census, school_class))
    for school in schools.values():
        _staff(census, school)
    # Dice of their own: who comes last changes nothing of anybody before.
    census.rng = Random(start.year)  # noqa: S311 - a world, not a secret
    for key in ADMINISTERED:
        _administrator(census, schools[key], "второй администратор школы: ставит вторую подпись")
    for person in census.people.values():
        account = op_account(person)
        if account is not None:
            person.accounts["op"] = account
        if person.esia is not None and person.esia.level != "simplified":
            person.accounts["my-school"] = {"oid": person.esia.oid}
    return census


def _classmate(census: Census, school_class: SchoolClass) -> Family:
    rng, surname = census.rng, census.rng.choice(names.SURNAMES)
    mother = rng.random() < 0.7
    sex = "F" if mother else "M"
    grown, father = names.pick(rng, not mother, grown=True)
    adult = f"{names.surname(surname, sex)} {grown} {names.patronymic(father, sex)}"
    boy = rng.random() < 0.5
    child_first, dad = names.pick(rng, boy, grown=False)
    child_sex = "M" if boy else "F"
    child = f"{names.surname(surname, child_sex)} {child_first} {names.patronymic(dad if mother else grown, child_sex)}"
    age = school_class.parallel + 5 + (rng.random() < 0.5)
    return Family(
        city=school_class.school,
        adults=(Adult(name=adult, sex=sex, age=rng.randint(30, 48), level=None, month=rng.randint(1, 12), day=rng.randint(1, 28)),),
        children=(
            Child(
                name=child,
                sex=child_sex,
                age=age,
                place=(school_class.school, school_class.name),
                month=rng.randint(1, 12),
                day=rng.randint(1, 28),
            ),
        ),
    )


def _name(text: str) -> tuple[str, str, str]:
    last, first, middle = text.split()
    return last, first, middle


def _family(census: Census, family: Family) -> None:
    school = census.schools[family.city]
    adults = [(plan, _adult(census, plan, school)) for plan in family.adults]
    children = [(plan, _child(census, plan)) for plan in family.children]
    ids = tuple(child.id for _, child in children)
    for plan, adult in adults:
        if plan.grandparent:
            adult.cares_for = ids
        else:
            adult.children = ids
            adult.gosuslugi_children = ids if plan.level == "confirmed" else ()
    if any(adult.esia for _, adult in adults):
        census.esia_families.update(ids)
    for child_plan, child in children:
        _child_contacts(census, child_plan, child, adults[0][1])
        _diaries(census, child, [adult for plan, adult in adults])


def _adult(census: Census, plan: Adult, school: School) -> Person:
    rng = census.rng
    role = "teacher" if plan.teaches else "parent"
    person = census.add(role, _name(plan.name), plan.sex, census.born(plan.age, plan.month, plan.day))
    person.phone = f"+7999{1_000_000 + person.number:07d}"
    person.email = f"p{person.number:03d}@mail.town.example"
    person.note = plan.note
    if not plan.snils:
        person.snils = None
    if plan.level is not None:
        person.esia = EsiaAccount(
            oid=1_000_000_000 + rng.randrange(1_000) * 1_000 + person.number, login=person.phone, password=password(rng), level=plan.level
        )
    if plan.level == "confirmed":
        _documents(census, person, school, plan.home)
    if plan.vk:
        person.vkid = vk_account(person, person.phone)
    if plan.token:
        person.accounts["vkapi"] = {"token": f"vk1.a.{token(rng, 48)}", "user_id": 700_000_000 + person.number}
    if plan.chat:
        person.accounts["max"] = {"user_id": 60_000_000 + person.number}
    if plan.teaches:
        person.school = school.id
        census.teachers.setdefault(school.id, {})["lang"] = person.id
    return person


def _documents(census: Census, person: Person, school: School, home: int) -> None:
    """What a confirmed account of an adult always has."""
    rng, flat = census.rng, str(census.rng.randint(1, 180))
    street = f"ул. {rng.choice(STREETS)}"
    house = str(10 * home + rng.randint(0, 9))
    code = school.region_code
    person.inn = person_inn(f"{code}99{person.number:06d}")
    person.birth_place = f"гор. {school.city}"
    person.address = Address(
        text=f"{int(code):02d}0001, {school.region}, г. {school.city}, {street}, д. {house}, кв. {flat}",
        zip_code=f"{int(code):02d}0001",
        region=school.region,
        city=school.city,
        street=street,
        house=house,
        flat=flat,
    )
    person.passport = Passport(
        id=20_000_000 + person.number,
        series=f"{code}{census.start.year % 100:02d}",
        number=f"{700_000 + person.number:06d}",
        issue_date=person.birth_date.replace(year=max(person.birth_date.year + 20, census.start.year - 8), day=20),
        issued_by=f"УМВД России по региону {code}",
        issue_id=f"{code}0-{person.number % 1000:03d}",
    )
    if person.number % 3 == 1:
        plate = f"А{100 + person.number % 900}ВС{code}"
        person.vehicles = (
            Vehicle(name=rng.choice(CARS), plate=plate, sts_series=f"{code}99", sts_number=f"{500_000 + person.number:06d}"),
        )


def _child(census: Census, plan: Child) -> Person:
    person = census.add("pupil", _name(plan.name), plan.sex, census.born(plan.age, plan.month, plan.day))
    person.note = plan.note
    person.birth_certificate = BirthCertificate(
        id=30_000_000 + person.number,
        series="I-ТН",
        number=f"{600_000 + person.number:06d}",
        act_no=str(100 + person.number),
        issue_date=person.birth_date + timedelta(days=9),
        issued_by="Отдел ЗАГС",
    )
    if plan.place is not None:
        school_class = census.school_class(plan.place)
        school_class.pupils = (*school_class.pupils, person.id)
        person.school, person.class_id = school_class.school, school_class.id
    return person


def _child_contacts(census: Census, plan: Child, child: Person, parent: Person) -> None:
    rng = census.rng
    if plan.level is not None or plan.vk is not None:
        child.phone = f"+7999{2_000_000 + child.number:07d}"
        child.email = f"p{child.number:03d}@mail.town.example"
    if plan.level is not None:
        child.esia = EsiaAccount(
            oid=1_000_000_000 + rng.randrange(1_000) * 1_000 + child.number,
            login=child.email or "",
            password=password(rng),
            level=plan.level,
            is_child=plan.age < 13,
        )
    if plan.vk is not None:
        child.vkid = vk_account(child, parent.phone if plan.vk == "guardian" else child.phone)
    if plan.token:
        child.accounts["vkapi"] = {"token": f"vk1.a.{token(rng, 48)}", "user_id": 700_000_000 + child.number}


def _diaries(census: Census, child: Person, adults: list[Person]) -> None:
    if child.class_id is None or child.school is None:
        return
    school, school_class = census.schools[child.school], census.classes[child.class_id]
    for system in school.diaries:
        child.accounts[system] = child_account(system, census.rng, child, school, school_class)
        for adult in adults:
            if system not in adult.accounts:
                adult.accounts[system] = parent_account(system, census.rng, adult, child, school)


def _staff(census: Census, school: School) -> None:
    """Eight teachers a school, and an administrator where the town has one in Gosuslugi."""
    rng, team = census.rng, census.teachers.setdefault(school.id, {})
    for place, subject in TEACHERS.items():
        if place not in team:
            teacher = _employee(census, "teacher", school, f"преподаёт: {subject}")
            team[place] = teacher.id
        if "dnevnik" in school.diaries:
            teacher = census.people[team[place]]
            teacher.accounts["dnevnik"] = teacher.accounts.get("dnevnik", dnevnik_user(rng, teacher)) | dnevnik_place(school)
    for school_class, place in zip((item for item in census.classes.values() if item.school == school.id), team, strict=False):
        school_class.teacher = team[place]
    if school.id in ADMINISTERED:
        _administrator(census, school, "администратор школы в Госуслугах")
    teacher = census.people[team["eng1"]]
    if school.id == ADMINISTERED[0]:
        teacher.vkid = vk_account(teacher, teacher.phone)
        teacher.accounts["vkapi"] = {"token": f"vk1.a.{token(rng, 48)}", "user_id": 700_000_000 + teacher.number}


def _administrator(census: Census, school: School, note: str) -> None:
    rng, person = census.rng, _employee(census, "school_admin", school, note)
    person.esia = EsiaAccount(
        oid=1_000_000_000 + rng.randrange(1_000) * 1_000 + person.number,
        login=person.phone or "",
        password=password(rng),
        level="confirmed",
    )
    _documents(census, person, school, 1)


def _employee(census: Census, role: str, school: School, note: str) -> Person:
    rng = census.rng
    woman = rng.random() < 0.75
    sex = "F" if woman else "M"
    first, father = names.pick(rng, not woman, grown=True)
    name = (names.surname(rng.choice(names.SURNAMES), sex), first, names.patronymic(father, sex))
    person = census.add(role, name, sex, census.born(rng.randint(28, 62), rng.randint(1, 12), rng.randint(1, 28)))
    person.phone = f"+7999{3_000_000 + person.number:07d}"
    person.email = f"p{person.number:03d}@mail.town.example"
    person.school, person.note = school.id, note
    return person
