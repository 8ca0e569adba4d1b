"""Upstream text is hostile: words stay, tags, scripts, invisible characters and bad links go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.plain_text import https_links, https_url, plain_text


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("§ 12, упр. 3", "§ 12, упр. 3"),
        ("<p>§ 12</p><p>упр. 3</p>", "§ 12\n\nупр. 3"),
        ("Читать<br>учить", "Читать\nучить"),
        ("<ul><li>раз<li>два</ul>", "• раз\n• два"),
        ("<b>важно</b>&nbsp;&amp; срочно", "важно & срочно"),
        ("до<script>alert(1)</script>после", "допосле"),
        ("<style>p{}</style>текст", "текст"),
        ("a < b и 3 > 2", "a < b и 3 > 2"),
        ("if (a<b && c>d)", "if (a<b && c>d)"),
        ('<b class="x" id=y>важно</b>', "важно"),
        ("решить x<y и y<z", "решить x<y и y<z"),
        ('<img src="x" onerror="alert(1)">рисунок', "рисунок"),
        ("скрыт\u200bый \u202eтекст", "скрытый текст"),
        (None, ""),
        ("", ""),
    ],
)
def test_html_becomes_words(html: str | None, words: str) -> None:
    assert plain_text(html) == words


@pytest.mark.rule("C8")
@given(st.text(max_size=200))
def test_no_known_tag_survives(text: str) -> None:
    assert "<script" not in plain_text(f"<script>{text}</script>").casefold() or "<script" in text.casefold()


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    plain_text(text)
    https_links(text)
    https_url(text)


@pytest.mark.rule("C8")
def test_only_https_links_are_kept() -> None:
    text = 'См. https://uchi.ru/a, http://bad.ru/b и <a href="https://school.ru/c?x=1">тут</a> <a href="javascript:alert(1)">там</a>'
    assert https_links(text) == ("https://school.ru/c?x=1", "https://uchi.ru/a")


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://files.ru/1", "https://files.ru/1"),
        ("//files.ru/1", "https://files.ru/1"),
        ("http://files.ru/1", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://user@files.ru/1", ""),
        ("https://files.ru/a b", ""),
        ("https://files.ru/\u202e1", ""),
        ("https://", ""),
        ("https://[", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_address_is_https_or_nothing(url: str | None, kept: str) -> None:
    assert https_url(url) == kept


@pytest.mark.rule("C8")
def test_a_relative_address_belongs_to_its_base() -> None:
    assert https_url("/f/1", base="https://api.dnevnik.ru/v2") == "https://api.dnevnik.ru/f/1"
    assert https_url("/f/1", base="http://localhost:9000/dnevnik") == ""
