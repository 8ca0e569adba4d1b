"""ИСУ «Цифровая школа» of Khabarovsk krai (my.khvschool.ru), by the house format of docs/wire/digital_school.md."""
