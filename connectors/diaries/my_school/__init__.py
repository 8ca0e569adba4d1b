"""Joining a school through ФГИС «Моя школа», in the house format of docs/wire/my_school.md."""
