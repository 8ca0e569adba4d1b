"""Whatever clients do with two sign-ins' tokens, a family ends by replay or logout and by nothing else, and alone."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from tests.sandbox.vkid.conftest import VkId


@dataclass
class Expected:
    """What must be true of one sign-in: its tokens in order of issue, and whether it lives."""

    device: str
    access: list[str] = field(default_factory=list)
    refresh: list[str] = field(default_factory=list)
    alive: bool = True


async def step(vkid: VkId, family: Expected, other: Expected, chance: random.Random) -> None:
    act = chance.choice(["renew", "renew", "renew", "replay", "wrong device", "foreign device", "logout", "read"])
    if act == "renew":
        answer = await vkid.refresh(family.refresh[-1], family.device)
        assert answer.is_success == family.alive
        if family.alive:
            family.access.append(answer.json()["access_token"])
            family.refresh.append(answer.json()["refresh_token"])
    elif act == "replay" and len(family.refresh) > 1:
        answer = await vkid.refresh(chance.choice(family.refresh[:-1]), family.device)
        assert answer.json()["error_description"] == "refresh_token is missing or invalid"
        family.alive = False
    elif act in {"wrong device", "foreign device"}:
        answer = await vkid.refresh(chance.choice(family.refresh), other.device if act == "foreign device" else "x")
        assert answer.json()["error_description"] == "device_id is invalid"
    elif act == "logout" and chance.random() < 0.3:
        assert (await vkid.ask("logout", family.access[-1])).is_success == family.alive
        family.alive = False


@pytest.mark.parametrize("seed", range(12))
async def test_a_family_ends_by_replay_or_logout_only(vkid: VkId, seed: int) -> None:
    chance = random.Random(seed)
    families: list[Expected] = []
    for _ in range(2):
        told = await vkid.tokens()
        families.append(Expected(device=told["device_id"], access=[told["access_token"]], refresh=[told["refresh_token"]]))
    for _ in range(25):
        number = chance.randrange(2)
        await step(vkid, families[number], families[1 - number], chance)
        for family in families:
            assert (await vkid.ask("user_info", chance.choice(family.access))).is_success == family.alive
