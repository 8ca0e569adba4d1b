"""A signed-in person connects a diary account: an intent is stored, the account is opened, its children are recognised (RULES A9, A15)."""

from hub.flows.link_account.browser import begin_in_browser, finish_in_browser
from hub.flows.link_account.codes import enter_code, show_step
from hub.flows.link_account.credentials import link_with_credentials
from hub.flows.link_account.intents import read_intent, start_intent
from hub.flows.link_account.links import list_links, pick_children, show_link, unlink

__all__ = [
    "begin_in_browser",
    "enter_code",
    "finish_in_browser",
    "link_with_credentials",
    "list_links",
    "pick_children",
    "read_intent",
    "show_link",
    "show_step",
    "start_intent",
    "unlink",
]
