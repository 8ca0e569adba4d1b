"""A roster is read as Excel really writes it, and every wrong cell has its own sentence that repeats nothing (RULES A8, C8)."""

from __future__ import annotations

import codecs
from datetime import date

import pytest

from hub.flows.refusals import Refused
from hub.flows.roster.export import harmless
from hub.flows.roster.lines import read_roster
from hub.flows.roster.model import MOST_ROWS, Line

TODAY = date(2026, 11, 21)
HEAD = "Фамилия;Имя;Отчество;Дата рождения;Класс;СНИЛС родителя 1;Фамилия родителя 1;Имя родителя 1"
ROW = "Орлов;Пётр;Ильич;06.05.2014;6А;123-456-789 64;Орлова;Анна"


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *rows)).encode()


def only(data: bytes) -> Line:
    found = read_roster(data, today=TODAY)
    assert not any(found.troubles.values()), found.troubles
    return found.lines[0]


def troubles(*rows: str, head: str = HEAD) -> list[tuple[int, str, str, bool]]:
    found = read_roster(table(*rows, head=head), today=TODAY).troubles
    return [(one.line, one.column, one.text, one.fatal) for line in sorted(found) for one in found[line]]


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_roster(data, today=TODAY)
    return refused.value.detail or ""


PLAIN = table(ROW).decode()


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.encode("cp1251"),
        PLAIN.encode("utf-16"),
        PLAIN.replace(";", ",").encode(),
        PLAIN.replace(";", "\t").encode("cp1251"),
        PLAIN.replace("\r\n", "\n").encode(),
        ("sep=;\r\n" + PLAIN).encode(),
        ("\r\n;;;;;;;\r\n" + PLAIN + "\r\n;;;;;;;\r\n\r\n").encode(),
        ("Список 6А на 1 сентября;;;;;;;\r\n" + PLAIN).encode(),
        PLAIN.replace("Орлов;", '"Орлов";').replace("6А", '"6А"').encode(),
        PLAIN.replace("06.05.2014", "2014-05-06").encode(),
        PLAIN.replace("06.05.2014", "6.5.2014 0:00").encode(),
        PLAIN.replace("123-456-789 64", "12345678964").encode(),
        PLAIN.replace("Пётр", " Пётр\u00a0").encode(),
        PLAIN.replace("Орлов;Пётр", "ОРЛОВ;пётр").replace("Орлова", "ОРЛОВА").encode(),
    ],
    ids=str,
)
def test_every_way_in_which_excel_saves_it_reads_alike(data: bytes) -> None:
    found = only(data)
    assert (found.last_name, found.first_name, found.middle_name, found.birth_date, found.klass) == (
        "Орлов", "Пётр", "Ильич", date(2014, 5, 6), "6А",
    )  # fmt: skip
    assert [(one.snils, one.last_name, one.first_name) for one in found.guardians] == [("12345678964", "Орлова", "Анна")]


def test_headings_are_found_in_any_order_and_what_is_not_needed_is_named() -> None:
    head = "№ п/п,КЛАСС,дата рождения ребёнка,Имя отца,СНИЛС отца,Фамилия Отца,Имя ученика,Фамилия ученика,"
    head += "снилс матери,Фамилия матери,Имя матери"
    row = "1,6А,06.05.2014,Илья,112-233-445 95,Орлов,Пётр,Орлов,123-456-789 64,Орлова,Анна"
    found = read_roster(table(row, head=head), today=TODAY)
    assert [one.first_name for one in found.lines[0].guardians] == ["Анна", "Илья"]
    assert found.ignored == ("№ п/п",)
    assert found.lines[0].middle_name == ""


def test_ten_guardians_fit_and_the_eleventh_column_does_not() -> None:
    def head(count: int) -> str:
        more = [f";СНИЛС родителя {n};Фамилия родителя {n};Имя родителя {n}" for n in range(1, count + 1)]
        return HEAD.partition(";СНИЛС")[0] + "".join(more)

    assert len(only(table("Орлов;Пётр;;06.05.2014;6А;;;;;;;" + ";" * 24, head=head(10))).guardians) == 0
    assert "больше 10" in refusal(table(ROW, head=head(11)))


@pytest.mark.rule("A8")
@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (ROW.replace("Орлов;", "=HYPERLINK();", 1), "Фамилия", "формула"),
        (ROW.replace("Пётр", "@Пётр"), "Имя", "формула"),
        (ROW.replace("6А", "+6А"), "Класс", "формула"),
        (ROW.replace("Ильич", "-Ильич"), "Отчество", "формула"),
        (ROW.replace("Пётр", ""), "Имя", "Пусто"),
        (ROW.replace("Пётр", "-"), "Имя", "Пусто"),
        (ROW.replace("Пётр", "Пётр2"), "Имя", "только буквы"),
        (ROW.replace("Пётр", "<b>Пётр</b>"), "Имя", "только буквы"),
        (ROW.replace("Пётр", "Пeтр"), "Имя", "латинские"),
        (ROW.replace("06.05.2014", "5/6/2014"), "Дата рождения", "01.09.2015"),
        (ROW.replace("Пётр", "П" * 101), "Имя", "только буквы"),
        (ROW.replace("6А", ""), "Класс", "Назовите класс"),
        (ROW.replace("6А", "6" * 41), "Класс", "длиннее 40"),
        (ROW.replace("06.05.2014", ""), "Дата рождения", "Впишите"),
        (ROW.replace("06.05.2014", "31.02.2014"), "Дата рождения", "нет в календаре"),
        (ROW.replace("06.05.2014", "06.05.14"), "Дата рождения", "01.09.2015"),
        (ROW.replace("06.05.2014", "6 мая 2014"), "Дата рождения", "01.09.2015"),
        (ROW.replace("06.05.2014", "41765"), "Дата рождения", "число"),
        (ROW.replace("06.05.2014", "22.11.2026"), "Дата рождения", "не наступила"),
        (ROW.replace("06.05.2014", "06.05.1984"), "Дата рождения", "больше 25"),
        (ROW.replace("123-456-789 64", "123-456-789 65"), "СНИЛС родителя 1", "контрольные"),
        (ROW.replace("123-456-789 64", "1,23457E+10"), "СНИЛС родителя 1", "сократил"),
        (ROW.replace("123-456-789 64", "8765430300"), "СНИЛС родителя 1", "ноль впереди"),
        (ROW.replace("123-456-789 64", "123"), "СНИЛС родителя 1", "11 цифр"),
        (ROW.replace("Анна", ""), "Имя родителя 1", "нужны фамилия и имя"),
    ],
)
def test_a_wrong_cell_refuses_its_row_with_line_column_and_a_sentence(row: str, column: str, words: str) -> None:
    assert [(line, where, fatal) for line, where, _, fatal in troubles("", row)] == [(3, column, True)]
    (said,) = [text for _, _, text, _ in troubles("", row)]
    assert words in said
    assert not any(len(cell) > 3 and cell in said for cell in row.split(";"))


def test_a_guardian_without_snils_is_left_out_and_the_row_goes_on() -> None:
    found = read_roster(table(ROW.replace("123-456-789 64", "")), today=TODAY)
    assert found.lines[0].guardians == ()
    assert [(one.fatal, one.column) for one in found.troubles[2]] == [(False, "СНИЛС родителя 1")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("6а", "6А"), ("6 А", "6А"), ("6-А", "6А"), ("6 «А»", "6А"), ('6 ""А""', "6А"), ("06А", "6А"), ("6A", "6А"), ("6b", "6В"),
        ("6D", "6D"), ("10 IB", "10 IB"), ("Подготовительный", "Подготовительный"), ("6", "6"), ("5/1", "5/1"),
    ],
)  # fmt: skip
def test_one_class_has_one_spelling(typed: str, kept: str) -> None:
    cell = f'"{typed}"' if '"' in typed else typed
    assert only(table(ROW.replace("6А", cell))).klass == kept


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("ОРЛОВ;Петр;;2014-05-06;7Б;;;", "уже есть в строке 2"),
        ("Ким;Ян;;06.05.2014;6А;12345678964;Орлова;Яна", "в строке 2 записан на другое имя"),
    ],
)
def test_a_file_that_contradicts_itself_refuses_the_later_row(second: str, words: str) -> None:
    ((line, _, said, fatal),) = troubles(ROW, second)
    assert (line, fatal) == (3, True)
    assert words in said


def test_one_snils_twice_in_a_row_and_one_number_twice_in_a_file_are_refused() -> None:
    head = HEAD + ";СНИЛС родителя 2;Фамилия родителя 2;Имя родителя 2"
    assert "дважды" in troubles(f"{ROW};12345678964;Орлова;Анна", head=head)[0][2]
    head = HEAD + ";Номер личного дела"
    assert "уже есть в строке 2" in troubles(f"{ROW};К-1", "Ким;Ян;;06.05.2014;6А;;;;К-1", head=head)[0][2]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "пуст"),
        (b"\xef\xbb\xbf\r\n", "пуст"),
        (b"PK\x03\x04 a book", "книга Excel"),
        (b"\xd0\xcf\x11\xe0 an old book", "книга Excel"),
        (b"\x98\xff\x00", "не читаются"),
        ("Фамилия;\x00Имя".encode(), "двоичные"),
        (table(), "ни одной строки"),
        (table(ROW, head=HEAD.replace("Класс", "Кабинет")), "нет столбцов: «Класс»"),
        (table(ROW, head="ФИО;Дата рождения;Класс"), "Разделите столбец «ФИО»"),
        (table(ROW, head=HEAD.replace("Отчество", "Имя")), "встречается дважды"),
        (table(ROW, head=HEAD.replace("Имя родителя 1", "Телефон")), "нужны ещё: Имя"),
        (table('Орлов;"Пётр;;06.05.2014;6А;;;'), "кавычки"),
        (table(ROW + ";x" * 200), "больше 200 столбцов"),
        (table("О" * 501 + ";Пётр;;06.05.2014;6А;;;"), "длиннее 500"),
        (table(*["К;Я;;06.05.2014;6А;;;"] * (MOST_ROWS + 1)), f"больше {MOST_ROWS} строк"),
    ],
    ids=str,
)
def test_a_file_that_cannot_be_read_says_how_to_save_it_again(data: bytes, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.rule("C8")
@pytest.mark.parametrize("cell", ["=1+1", "+7", "-1", "@x", " =1"])
def test_no_exported_cell_begins_as_a_formula(cell: str) -> None:
    assert harmless(cell)[0] == "'"
    assert harmless("Орлов") == "Орлов"
