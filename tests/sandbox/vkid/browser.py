"""What a person sees of VK ID: its forms, read from the page and sent as a browser does."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx


class Forms(HTMLParser):
    """The forms of a page: where they go, and the values that they would send untouched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form":
            self.forms.append((named["action"] or "", {}))
        elif tag == "input" and self.forms and named.get("name"):
            if named.get("type") in {"checkbox", "radio"} and "checked" not in named:
                return
            self.forms[-1][1].setdefault(str(named["name"]), []).append(named.get("value") or "")


async def submit(http: httpx.AsyncClient, page: httpx.Response, action: str, /, **values: str | list[str]) -> httpx.Response:
    """Fill in one form of the page and follow VK ID's own redirects, but none that leads to the app."""
    found = next(fields for where, fields in Forms(page.text).forms if where == action)
    answer = await http.post(action, data={**found, **values})
    return await followed(http, answer)


async def followed(http: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    while answer.is_redirect and answer.headers["location"].startswith("/vkid/"):
        answer = await http.get(answer.headers["location"])
    return answer
