"""Turns hostile upstream text into plain text, and picks out the links that a reader may open (RULES C8)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section"})
_INLINE = frozenset(
    {"a", "b", "i", "u", "s", "em", "strong", "span", "font", "sub", "sup", "small", "code", "td", "th", "tbody", "thead", "img", "label"}
)
_DROPPED = frozenset({"script", "style", "head", "title", "iframe", "object", "template", "noscript", "svg"})
_ATTRIBUTE = re.compile(r"[a-z_:][a-z0-9_:.-]*", re.IGNORECASE)
_URL = re.compile(r"https://[^\s<>\"'«»]+", re.IGNORECASE)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
MAX_URL = 2000
# What teachers write where nothing is set for home.
_NOTHING = frozenset({"", "-", "—", "нет", "без задания", "нет задания", "не задано", "не указано", "не указана", "домашнего задания нет"})


class _Reader(HTMLParser):
    """Known tags end as line breaks or nothing; a tag that HTML does not have («a<b», «<5») stays text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._silent.append(tag)
        elif len(tag) == 1 and not all(_ATTRIBUTE.fullmatch(name) for name, _ in attrs):
            # «a<b && c>d» is a condition and no bold type.
            self._say(self.get_starttag_text() or "")
        elif tag == "br":
            self._say("\n")
        elif tag in _BLOCKS:
            self._say("\n")
            if tag == "li":
                self._say("• ")
        elif tag not in _INLINE:
            self._say(self.get_starttag_text() or "")
        if tag == "a" and not self._silent:
            self.links += [value for name, value in attrs if name == "href" and value]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        elif tag in _BLOCKS:
            self._say("\n")

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str) -> None:
        if not self._silent:
            self.parts.append(text)


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


def plain_text(text: str | None) -> str:
    """The words of a text that may be HTML: no tags, no scripts, no invisible or direction-changing characters."""
    if not text:
        return ""
    if text.isprintable() and "<" not in text and "&" not in text and "  " not in text:
        # Most texts are plain already; invisible characters and odd blanks are not printable.
        return text.strip()
    said = "".join(_read(text).parts) if "<" in text or "&" in text else text
    lines = [" ".join(line.split()) for line in _UNSEEN.sub("", said.replace("\r", "")).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def says_nothing(text: str) -> bool:
    """Whether a homework text only says that there is none."""
    return " ".join(text.casefold().strip(" .!()").split()) in _NOTHING


def https_links(text: str | None, *, base: str = "") -> tuple[str, ...]:
    """The https addresses in a text or its HTML links, each once, in order."""
    if not text or not ("//" in text or "<" in text or "&" in text):
        return ()
    reader = _read(text)
    found = [*reader.links, *(match.rstrip(".,;:!?)]}") for match in _URL.findall("".join(reader.parts)))]
    good = (https_url(link, base=base) for link in found)
    return tuple(dict.fromkeys(link for link in good if link))


def https_url(url: str | None, *, base: str = "") -> str:
    """The absolute https address, or an empty text for any other scheme, a hidden user name or a control character."""
    if not url or len(url) > MAX_URL or _UNSEEN.search(url) or any(character.isspace() for character in url.strip()):
        return ""
    try:
        given = url.strip()
        absolute = f"https:{given}" if given.startswith("//") else urljoin(base, given)
        parts = urlsplit(absolute)
        named = parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        return ""
    return absolute if parts.scheme == "https" and named else ""
