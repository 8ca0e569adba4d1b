"""Menus of schools, dishes with what is in them, what families let a child eat, and what tills did against it."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, Database, Model, TextField


class MenuDish(Model):
    id = TextField(primary_key=True)
    school = TextField(index=True)
    item = TextField()
    title = TextField()
    category = TextField()
    portion = TextField()
    composition = TextField()
    allergens = TextField(null=True)
    said_by = TextField()
    said_at = BigIntegerField()

    class Meta:
        table_name = "menu_dish"


class MenuLine(Model):
    id = TextField(primary_key=True)
    school = TextField()
    day = TextField()
    meal = TextField()
    item = TextField()
    said_by = TextField()
    said_at = BigIntegerField()

    class Meta:
        table_name = "menu_line"
        indexes = ((("school", "day", "meal", "item"), True),)


class MealWord(Model):
    id = TextField(primary_key=True)
    child = TextField()
    body = TextField()
    week_limit_kop = BigIntegerField(null=True)
    offline_limit_kop = BigIntegerField(null=True)
    said_by = TextField(index=True)
    said_at = BigIntegerField()
    replaced_at = BigIntegerField(null=True, index=True)

    class Meta:
        table_name = "meal_word"
        indexes = ((("child", "said_at"), False),)


class TillRecord(Model):
    id = TextField(primary_key=True)
    school = TextField()
    child = TextField()
    device = TextField()
    event = TextField()
    kind = TextField()
    title = TextField()
    amount_kop = BigIntegerField()
    offline = BooleanField()
    at = BigIntegerField()
    noted_at = BigIntegerField()

    class Meta:
        table_name = "till_record"
        indexes = ((("school", "noted_at"), False), (("child", "noted_at"), False))


TABLES = (MenuDish, MenuLine, MealWord, TillRecord)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
