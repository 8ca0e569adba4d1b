"""The canteen's menu for families and the school, and what a family lets a child eat (RULES D7, E8; F131)."""

from hub.flows.meals.import_menu import apply_menu, preview_menu
from hub.flows.meals.keep_menu import NewLine, add_to_menu, copy_week, describe_dish, remove_from_menu, show_office_menu
from hub.flows.meals.list_records import list_till_records
from hub.flows.meals.say_rules import NewRules, say_meal_rules, show_meal_rules
from hub.flows.meals.show_menu import show_menu

__all__ = [
    "NewLine",
    "NewRules",
    "add_to_menu",
    "apply_menu",
    "copy_week",
    "describe_dish",
    "list_till_records",
    "preview_menu",
    "remove_from_menu",
    "say_meal_rules",
    "show_meal_rules",
    "show_menu",
    "show_office_menu",
]
