"""Class chats through the real connectors at the played VK and MAX: what people do there by hand, and what each trouble leaves undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest

from connectors.kit.class_chat import ChatMember
from hub.flows.class_chats.bots import hear
from tests.contract.chats import Chats, chats
from tests.contract.conftest import IN_PROCESS, sandbox_app
from tests.contract.stand import NOW
from tests.flows.chat_kit import Class, open_class
from tests.flows.kit import Hub


@dataclass
class Town:
    """`made` is the school at the hub, `vk` and `max` its messengers at the sandbox; Anna has a profile of the sandbox's in each."""

    made: Class
    vk: Chats
    max: Chats
    at_vk: str
    at_max: str

    async def connect(self, carrier: Chats) -> None:
        """And Anna agrees to its chats."""
        body = {"token": carrier.account.token.reveal(), "account": carrier.account.id}
        await self.made.json(self.made.desk.nina, "PUT", f"/api/v1/office/messengers/{carrier.carrier}", body)
        await self.made.agree(self.made.desk.anna, "chat_max" if carrier.carrier == "max" else "chat")

    async def at(self, carrier: Chats, **more: Any) -> str:
        """The parents' chat of the class; the hands at the sandbox are led to it."""
        id_ = await self.made.make(carrier=carrier.carrier, **more)
        carrier.chat = (await self.made.room(id_)).outside
        return id_

    async def inside(self, carrier: Chats) -> dict[str, ChatMember]:
        return {one.id: one for one in await carrier.port.members(carrier.account, carrier.chat)}

    async def trouble(self, id_: str) -> tuple[str, str]:
        room = await self.made.room(id_)
        return room.state.value, room.note


@pytest.fixture
async def town(hub: Hub) -> AsyncIterator[Town]:
    app = sandbox_app()
    inside = httpx.ASGITransport(app)
    made = await open_class(hub)
    async with chats("vkapi", IN_PROCESS, transport=inside, now=NOW) as vk, chats("max", IN_PROCESS, transport=inside, now=NOW) as max_:
        cast("dict[str, object]", hub.deps.chats).update({"vkapi": vk.port, "max": max_.port})
        built = Town(made=made, vk=vk, max=max_, at_vk=(await vk.strangers(1))[0], at_max=(await max_.strangers(1))[0])
        anna = await made.desk.person(made.desk.anna)
        await made.bind(anna, built.at_vk)
        await made.bind(anna, built.at_max, system="max")
        try:
            yield built
        finally:
            app.sandbox.faults.clear()
            app.sandbox.recorder.clear()
            app.sandbox.clock.set(NOW)
            for carrier in ("vkapi", "max"):
                app.systems[carrier].reset()


@pytest.mark.feature("F065")
async def test_a_mother_comes_by_the_link_of_the_cabinet_and_goes_with_her_consent(town: Town) -> None:
    made = town.made
    await town.connect(town.vk)
    id_ = await town.at(town.vk)
    await made.look(id_)
    link = (await made.mine(made.desk.anna))["link"]
    assert link.startswith("https://vk.me/join/")
    await town.vk.join(town.at_vk, link)
    await made.look(id_)
    assert (await made.mine(made.desk.anna))["state"] == "in"
    made.desk.hub.clock.go(minutes=1)
    await made.agree(made.desk.anna, word="refused")
    await made.look(id_)
    assert town.at_vk not in await town.inside(town.vk)


async def test_a_look_at_a_chat_in_which_nothing_is_to_be_done_is_one_call(town: Town) -> None:
    await town.connect(town.vk)
    id_ = await town.at(town.vk)
    await town.made.look(id_)
    before = len(await town.vk.asked())
    for _ in range(5):
        await town.made.look(id_)
    assert len(await town.vk.asked()) - before == 5


async def test_a_member_who_left_by_himself_is_seen_to_have_left(town: Town) -> None:
    await town.connect(town.vk)
    id_ = await town.at(town.vk)
    await town.vk.join(town.at_vk)
    await town.made.look(id_)
    await town.vk.leave(town.at_vk)
    await town.made.look(id_)
    assert (await town.made.mine(town.made.desk.anna))["state"] == "left"


async def test_a_stranger_is_told_of_and_removed_on_the_schools_word(town: Town) -> None:
    made = town.made
    await town.connect(town.vk)
    id_ = await town.at(town.vk)
    (guest,) = await town.vk.strangers(1)
    await town.vk.join(guest)
    await made.look(id_)
    (told,) = (await made.shown(id_, made.olga))["guests"]
    await made.json(made.olga, "POST", f"/api/v1/office/chats/{id_}/guests/{told['id']}/remove")
    assert guest not in await town.inside(town.vk)


@pytest.mark.parametrize(
    ("by_hand", "told"),
    [("delete", ("detached", "detached")), ("throw_out", ("detached", "detached")), ("take_rights", ("lost_rights", "lost_rights"))],
)
async def test_what_was_done_to_the_chat_by_hand_is_a_state_with_a_sentence_for_the_office(
    town: Town, by_hand: str, told: tuple[str, str]
) -> None:
    made = town.made
    await town.connect(town.vk)
    id_ = await town.at(town.vk)
    await town.vk.join(town.at_vk)
    await made.look(id_)
    made.desk.hub.clock.go(minutes=1)
    await made.agree(made.desk.anna, word="refused")
    await getattr(town.vk, by_hand)()
    await made.look(id_)
    assert await town.trouble(id_) == told
    assert (await made.shown(id_))["chat"]["says"]
    answer = await made.desk.anna.get(f"/api/v1/children/{made.desk.petya}/marks")
    assert answer.status_code == 200, "a broken chat is a condition of nothing"


async def test_two_schools_whose_communities_count_from_one_share_no_chat(town: Town) -> None:
    """At VK both have a chat number 1: the connector's id tells them apart, and a new community's key touches no old chat."""
    await town.connect(town.vk)
    id_ = await town.at(town.vk)
    assert (await town.made.room(id_)).outside.startswith(f"{town.vk.account.id}_")
    schools = (await town.vk.control.get("/_sandbox/people")).json()["schools"]
    other = [one["accounts"]["vkapi"] for one in schools if "vkapi" in one["accounts"]][1]
    body = {"token": other["token"], "account": other["group_id"]}
    await town.made.json(town.made.desk.nina, "PUT", "/api/v1/office/messengers/vkapi", body)
    before = len(await town.vk.asked())
    await town.made.look(id_)
    assert (await town.trouble(id_))[0] == "detached"
    assert len(await town.vk.asked()) == before


async def test_at_max_people_make_the_chat_and_the_bot_hears_of_it(town: Town) -> None:
    made = town.made
    await town.connect(town.max)
    await town.max.open(town.at_max)
    id_ = await town.at(town.max, outside=town.max.chat)
    await made.look(id_)
    assert town.at_max in await town.inside(town.max), "she opened the bot, so she was added"
    card = (await made.room(id_)).carrier
    while await hear(made.desk.hub.deps, card):
        pass
    await made.look(id_)
    (guest,) = await town.max.strangers(1)
    await town.max.join(guest)
    assert await made.due() == []
    assert await hear(made.desk.hub.deps, card) == 1
    assert await made.due() == [id_], "who came is looked at at once, not a day later"


async def test_a_closed_way_to_write_does_not_keep_a_restricted_parent_inside(town: Town) -> None:
    made = town.made
    father = await made.desk.father()
    await town.connect(town.vk)
    await made.agree(father)
    ivan = await made.desk.person(father)
    (at,) = await town.vk.strangers(1)
    await made.bind(ivan, at)
    await made.follow()
    id_ = await town.at(town.vk)
    await town.vk.join(at)
    await town.vk.fault("error", 9, path="*messages.send")
    await made.look(id_)  # Anna's invitation is refused for flood
    await made.desk.restrict(ivan)
    await made.follow()
    assert await made.due() == [id_]
    await made.look(id_)
    assert at not in await town.inside(town.vk)


async def test_after_a_lost_answer_last_years_chat_of_the_same_title_is_not_taken(town: Town) -> None:
    made = town.made
    await town.connect(town.vk)
    await made.json(made.desk.nina, "DELETE", f"/api/v1/office/chats/{await town.at(town.vk)}", expect=204)
    await town.vk.fault("drop", path="*messages.createChat")
    body = {"class": "6А", "audience": "parents", "carrier": "vkapi"}
    assert (await made.desk.nina.send("POST", "/api/v1/office/chats", json=body)).status_code == 503
