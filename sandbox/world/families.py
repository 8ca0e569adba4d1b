"""The families that the town is made for: one for each diary, then the uncommon ones. The order is the order of `/_sandbox/people`.

A birthday is (age on 1 September, month, day); one before September has already been in that calendar year. What is not said varies.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult:
    """`level` None means no Gosuslugi account; `of` are the first names of the own children, all of the family's where empty."""

    name: str
    sex: str
    age: int
    level: str | None = "confirmed"
    month: int | None = None
    day: int | None = None
    home: int = 1
    grandparent: bool = False
    snils: bool = True
    vk: bool = False
    token: bool = False
    chat: bool = False
    teaches: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """`place` is the school's key and the class, None for a child who is not at school; `level` is of an own Gosuslugi account."""

    name: str
    sex: str
    age: int
    place: tuple[str, str] | None
    month: int = 10
    day: int | None = None
    level: str | None = None
    vk: str | None = None
    token: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """`city` is the key of the school where the family lives."""

    city: str
    adults: tuple[Adult, ...]
    children: tuple[Child, ...]


FIRST_OF_DIARIES = (
    Family(
        city="orn",
        adults=(
            Adult(name="Соколова Анна Сергеевна", sex="F", age=38, vk=True, token=True, chat=True, note="дневник Дневник.ру, двое детей"),
            Adult(name="Соколов Илья Андреевич", sex="M", age=41, month=7, day=2),
        ),
        children=(
            Child(name="Соколов Михаил Ильич", sex="M", age=12, place=("orn", "7А"), month=6, day=18),
            Child(
                name="Соколова Дарья Ильинична",
                sex="F",
                age=15,
                place=("orn", "10А"),
                month=11,
                day=20,
                level="confirmed",
                vk="own",
                token=True,
                note="ученица 15–16 лет со своими Госуслугами",
            ),
        ),
    ),
    Family(
        city="msk",
        adults=(Adult(name="Лебедев Алексей Викторович", sex="M", age=36),),
        children=(
            Child(
                name="Лебедева Ева Алексеевна",
                sex="F",
                age=10,
                place=("msk", "5Б"),
                level="standard",
                note="детская учётная запись Госуслуг",
            ),
        ),
    ),
    Family(
        city="mo",
        adults=(Adult(name="Морозова Юлия Олеговна", sex="F", age=34, month=12),),
        children=(Child(name="Морозов Захар Денисович", sex="M", age=11, place=("mo", "6В")),),
    ),
    Family(
        city="nn",
        adults=(Adult(name="Щукина Татьяна Юрьевна", sex="F", age=43, month=5),),
        children=(Child(name="Щукин Макар Олегович", sex="M", age=12, place=("nn", "7Б"), month=2),),
    ),
    Family(
        city="kry",
        adults=(Adult(name="Ермакова Ольга Игоревна", sex="F", age=40, month=1, chat=True),),
        children=(Child(name="Ермаков Степан Павлович", sex="M", age=13, place=("kry", "8А"), month=7, day=9, vk="guardian", token=True),),
    ),
    Family(
        city="spb",
        adults=(Adult(name="Одинцов Григорий Львович", sex="M", age=45, month=8, day=30),),
        children=(Child(name="Одинцова Кира Григорьевна", sex="F", age=14, place=("spb", "9Б"), month=4),),
    ),
    Family(
        city="kem",
        adults=(Adult(name="Шахова Лариса Петровна", sex="F", age=37),),
        children=(Child(name="Шахов Тимур Русланович", sex="M", age=9, place=("kem", "4А"), month=12),),
    ),
    Family(
        city="sam",
        adults=(Adult(name="Волжин Сергей Николаевич", sex="M", age=39, month=10),),
        children=(Child(name="Волжина Милана Сергеевна", sex="F", age=12, place=("sam", "7В"), month=5),),
    ),
    Family(
        city="khv",
        adults=(Adult(name="Ким Вероника Анатольевна", sex="F", age=35, month=9, day=14),),
        children=(Child(name="Ким Лев Денисович", sex="M", age=11, place=("khv", "6А")),),
    ),
    Family(
        city="ivn",
        adults=(Adult(name="Ситцева Марина Борисовна", sex="F", age=33, month=4),),
        children=(Child(name="Ситцева Варвара Романовна", sex="F", age=8, place=("ivn", "3А"), month=1),),
    ),
    Family(
        city="yar",
        adults=(Adult(name="Рыбников Антон Евгеньевич", sex="M", age=42),),
        children=(
            Child(
                name="Рыбников Ярослав Антонович", sex="M", age=13, place=("yar", "8Б"), month=9, day=23, note="в сентябре исполняется 14"
            ),
        ),
    ),
    Family(
        city="kgd",
        adults=(Adult(name="Янтарёва Инга Вадимовна", sex="F", age=36, month=6),),
        children=(Child(name="Янтарёв Матвей Кириллович", sex="M", age=10, place=("kgd", "5А")),),
    ),
)

UNCOMMON = (
    Family(
        city="msk",
        adults=(
            Adult(name="Кузнецова Ольга Петровна", sex="F", age=44, month=11, note="трое детей в трёх дневниках"),
            Adult(name="Кузнецов Дмитрий Ильич", sex="M", age=46, month=2, level="standard", note="учётная запись не подтверждена"),
        ),
        children=(
            Child(name="Кузнецова Мария Дмитриевна", sex="F", age=10, place=("msk", "5Б"), month=3),
            Child(name="Кузнецов Степан Дмитриевич", sex="M", age=14, place=("spb", "9Б"), month=5, note="учится в пансионе"),
            Child(name="Кузнецова Анна Дмитриевна", sex="F", age=12, place=("nn", "7Б"), month=8, note="живёт у бабушки"),
        ),
    ),
    Family(
        city="orn",
        adults=(Adult(name="Зайцева Наталья Олеговна", sex="F", age=31, note="ребёнок ещё не записан в школу"),),
        children=(Child(name="Зайцева Полина Артёмовна", sex="F", age=6, place=None, month=11, note="пока без школы"),),
    ),
    Family(
        city="kry",
        adults=(Adult(name="Орлов Павел Андреевич", sex="M", age=40, note="переехали, школа ещё не выбрана"),),
        children=(Child(name="Орлов Глеб Павлович", sex="M", age=11, place=None, month=12, note="пока без школы"),),
    ),
    Family(
        city="kem",
        adults=(
            Adult(name="Белова Ирина Михайловна", sex="F", age=38, level="standard", note="учётная запись не подтверждена, СНИЛС есть"),
        ),
        children=(Child(name="Белов Марк Игоревич", sex="M", age=9, place=("kem", "4А"), month=2),),
    ),
    Family(
        city="ivn",
        adults=(
            Adult(
                name="Тихонов Роман Юрьевич", sex="M", age=35, level="simplified", snils=False, note="упрощённая учётная запись, без СНИЛС"
            ),
        ),
        children=(Child(name="Тихонова Алиса Романовна", sex="F", age=12, place=("ivn", "7А"), note="в классе трое"),),
    ),
    Family(
        city="nn",
        adults=(
            Adult(name="Виноградова Елена Павловна", sex="F", age=37, month=7, note="родители живут врозь"),
            Adult(name="Виноградов Игорь Олегович", sex="M", age=39, month=6, home=2, note="родители живут врозь"),
            Adult(
                name="Гусева Валентина Ивановна", sex="F", age=66, month=4, home=3, grandparent=True, note="бабушка: детей в Госуслугах нет"
            ),
        ),
        children=(Child(name="Виноградов Тимофей Игоревич", sex="M", age=11, place=("nn", "6А"), month=3),),
    ),
    Family(
        city="kry",
        adults=(Adult(name="Королёва Алёна Семёновна", sex="F", age=34, month=5, note="в документах то «ё», то «е»"),),
        children=(Child(name="Королев Фёдор Артемович", sex="M", age=13, place=("kry", "8А"), month=2, day=17, note="14 лет — в феврале"),),
    ),
    Family(
        city="spb",
        adults=(Adult(name="Римская-Корсакова Ксения Глебовна", sex="F", age=41, month=1, note="двойная фамилия"),),
        children=(Child(name="Римский-Корсаков Лев Аркадьевич", sex="M", age=14, place=("spb", "9Б"), month=3),),
    ),
    Family(
        city="orn",
        adults=(Adult(name="Иванова Мария Петровна", sex="F", age=40, month=2, note="есть однофамилица с тем же именем"),),
        children=(Child(name="Иванов Артём Сергеевич", sex="M", age=12, place=("orn", "7А"), month=1, day=15),),
    ),
    Family(
        city="kem",
        adults=(Adult(name="Иванова Мария Викторовна", sex="F", age=33, month=10, note="есть однофамилица с тем же именем"),),
        children=(Child(name="Иванов Артём Денисович", sex="M", age=9, place=("kem", "4А"), month=6, day=27),),
    ),
    Family(
        city="orn",
        adults=(Adult(name="Громова Светлана Юрьевна", sex="F", age=39, month=8, teaches="Русский язык", note="учитель и мама"),),
        children=(Child(name="Громов Егор Ильич", sex="M", age=12, place=("orn", "7Б"), month=4),),
    ),
    Family(
        city="sam",
        adults=(Adult(name="Макарова Надежда Львовна", sex="F", age=36, level=None, note="без Госуслуг"),),
        children=(Child(name="Макаров Иван Олегович", sex="M", age=12, place=("sam", "7В")),),
    ),
)
