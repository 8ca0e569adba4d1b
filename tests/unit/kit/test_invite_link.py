"""A chat that is nothing but a link: where it may lead, and that nothing else is promised."""

from __future__ import annotations

import pytest

from connectors.kit import registry
from connectors.kit.class_chat import ChatAccount, ClassChatPort, Outcome, ToChat
from connectors.kit.errors import Rejected
from connectors.kit.invite_link import InviteLink, checked
from connectors.kit.manifest import ChatAbility

NOBODY = ChatAccount()
GOOD = "https://vk.me/join/AJQ1dyk_Q+/=="


@pytest.mark.parametrize("link", [GOOD, "https://max.ru/join/abcDEF-_1", "  https://vk.me/join/AAAA \n", "https://web.max.ru/join/abc"])
def test_links_of_chats_are_taken(link: str) -> None:
    assert checked(link) == link.strip()


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("", "link"),
        ("чат 7Б", "link"),
        ("http://vk.me/join/abc", "link"),
        ("javascript:alert(1)", "link"),
        ("https://vk.me:444/join/abc", "link"),
        ("https://user@vk.me/join/abc", "link"),
        ("https://vk.me@evil.ru/join/abc", "link"),
        ("https://[bad", "link"),
        ("https://vk.me:x/join/abc", "link"),
        ("https://vk.me/join/" + "a" * 300, "link"),
        ("https://vk.me/join/a b", "link"),
        ("https://vk.me/join/a\nb", "link"),
        ("https://vk.me/чат", "link"),
        ("https://vk.me.evil.ru/join/abc", "link_host"),
        ("https://evil.ru/vk.me/join/abc", "link_host"),
        ("https://VK.me.", "link_host"),
        ("https:///join/abc", "link_host"),
        ("https://vk.me/", "link_path"),
        ("https://vk.me", "link_path"),
        ("https://vk.me/join/abc?next=https://evil.ru", "link_path"),
        ("https://vk.ru/away.php?to=evil.ru", "link_path"),
        ("https://vk.ru/club220000001", "link_path"),
        ("https://max.ru/id50000001_bot", "link_path"),
        ("https://vk.me/join/abc#x", "link_path"),
        ("https://vk.me/join/<script>", "link_path"),
    ],
)
def test_a_link_that_leads_elsewhere_is_refused_with_a_sentence(link: str, reason: str) -> None:
    with pytest.raises(Rejected) as told:
        checked(link)
    assert told.value.reason == reason
    assert told.value.text.endswith(".")


async def test_it_is_always_there_and_only_shows_its_link() -> None:
    connected = registry.connect([], now=lambda: pytest.fail("no clock is asked"))
    port = connected.chats["invite_link"]
    assert isinstance(port, ClassChatPort)
    assert port.manifest.chat == {ChatAbility.INVITE_LINK}
    assert await port.invite_link(NOBODY, GOOD) == GOOD
    assert [one.outcome for one in await port.add(NOBODY, GOOD, ["1", "2"])] == [Outcome.NEEDS_LINK] * 2


async def test_a_stored_link_is_judged_again_before_it_is_shown() -> None:
    with pytest.raises(Rejected):
        await InviteLink().invite_link(NOBODY, "https://evil.ru/join/abc")


@pytest.mark.parametrize(
    "question",
    [
        lambda port: port.create(NOBODY, "7Б"),
        lambda port: port.chats(NOBODY),
        lambda port: port.invite_link(NOBODY, GOOD, reset=True),
        lambda port: port.members(NOBODY, GOOD),
        lambda port: port.remove(NOBODY, GOOD, "1"),
        lambda port: port.rename(NOBODY, GOOD, "8Б"),
        lambda port: port.send(NOBODY, ToChat(chat=GOOD), "x", key="k"),
        lambda port: port.rights(NOBODY, GOOD),
    ],
)
async def test_everything_else_says_that_it_cannot(question: object) -> None:
    assert callable(question)
    with pytest.raises(Rejected, match="cannot") as told:
        await question(InviteLink())
    assert told.value.text
