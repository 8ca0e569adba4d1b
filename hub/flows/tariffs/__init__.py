"""Tariffs and single SMS: free by default, a paid one by a word to its text and price, announced, paused in holidays (RULES D6, F2)."""

from hub.flows.tariffs.choose import choose_tariff
from hub.flows.tariffs.monthly import charge_months
from hub.flows.tariffs.prices import put_prices, show_prices
from hub.flows.tariffs.rest import drop_break, put_break, show_breaks
from hub.flows.tariffs.show import show_of_child, show_tariff
from hub.flows.tariffs.single import put_cap, put_notice, show_notices

__all__ = [
    "charge_months",
    "choose_tariff",
    "drop_break",
    "put_break",
    "put_cap",
    "put_notice",
    "put_prices",
    "show_breaks",
    "show_notices",
    "show_of_child",
    "show_prices",
    "show_tariff",
]
