"""Who asks, and the ways into chats that refuse as MAX does; events on their way to the bots."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import msgspec
from quart import g, request

from sandbox.max.state import Account, Chat, Delivery, Member, Message, State
from sandbox.max.wire import shapes
from sandbox.max.wire.errors import MaxError, bad, not_admin
from sandbox.outbound import Unanswered
from sandbox.system import Sandbox
from sandbox.world.model import School
from sandbox.world.town import Town

FIRST_OWNER = 61_000_000
"""The employee who made a school's chat: this plus the school's number."""
WHOLE = re.compile(r"-?\d{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """A school's bot; its chat is there from the start."""

    bot_id: int
    token: str
    chat_id: int
    school: School


class Desk:
    """The town as MAX knows it and MAX's own state; both are made anew when the town is."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.state = State(sandbox.clock.now)
        self.tasks: set[asyncio.Task[None]] = set()
        self._town: Town | None = None
        self._accounts: dict[int, Account] = {}
        self._bots: dict[str, Bot] = {}

    def reset(self) -> None:
        self.state.reset()
        self._town = None

    def settle(self) -> None:
        """Each school's chat: the employee who made it, the bot, and the families' people."""
        town = self.sandbox.town
        if self._town is town:
            return
        self._town, self._accounts, self._bots = town, {}, {}
        for school in town.schools.values():
            own = school.accounts.get("max")
            if own is None:
                continue
            bot = Bot(bot_id=int(own["bot_id"]), token=str(own["token"]), chat_id=int(own["chat_id"]), school=school)
            self._bots[bot.token] = bot
            self._accounts[bot.bot_id] = Account(user_id=bot.bot_id, first_name=f"Бот: {school.short_name}", is_bot=True)
        for person in town.people.values():
            if "user_id" in person.accounts.get("max", {}):
                user_id = int(person.accounts["max"]["user_id"])
                self._accounts[user_id] = Account(user_id=user_id, first_name=person.first_name, last_name=person.last_name)
        for bot in self._bots.values():
            people = [int(one.accounts["max"]["user_id"]) for one in town.people.values() if self._belongs(one.id, bot.school.id)]
            owner = Account(user_id=FIRST_OWNER + bot.school.number, first_name="Сотрудник", last_name="школы")
            self._accounts[owner.user_id] = owner
            if bot.chat_id not in self.state.chats:
                chat = self.state.start_chat(bot.chat_id, f"{bot.school.short_name}: родители", owner.user_id, bot.bot_id)
                for user_id in people:
                    self.state.join(chat, user_id)

    def _belongs(self, person_id: str, school_id: str) -> bool:
        town = self.sandbox.town
        person = town.people[person_id]
        kept = [person, *(town.people[child] for child in (*person.children, *person.cares_for))]
        return "user_id" in person.accounts.get("max", {}) and any(one.school == school_id for one in kept)

    def account(self, user_id: int) -> Account | None:
        return self._accounts.get(user_id) or self.state.strangers.get(user_id)

    def bots(self) -> list[Bot]:
        self.settle()
        return list(self._bots.values())

    def bot(self) -> Bot:
        """By the bare token in `Authorization`; Bearer and a token in the query are refused."""
        self.settle()
        given = request.headers.get("Authorization", "")
        if "access_token" in request.args and not given:
            raise MaxError("verify.token", "Passing access_token in query is deprecated. Use Authorization header")
        if not given:
            raise MaxError("verify.token", "No access token")
        if " " in given.strip():
            raise MaxError("verify.token", "Malformed access token")
        found = self._bots.get(given.strip())
        if found is None or found.token in self.state.dead_tokens:
            raise MaxError("verify.token", "Invalid access_token")
        g.verdicts = {"token": "ok", "bot": found.bot_id}
        if self.state.asks_too_fast(found.token):
            raise MaxError("too.many.requests", "Too many requests")
        return found

    def chat(self, bot: Bot, text: str) -> tuple[Chat, Member]:
        """404 where there is none or it was deleted, 403 where the bot is not in it."""
        if not WHOLE.fullmatch(text):
            raise bad("Invalid chatId")
        found = self.state.chats.get(int(text))
        if found is None or not found.alive:
            raise MaxError("chat.not.found", f"Chat {text} not found")
        member = found.members.get(bot.bot_id)
        if member is None:
            raise MaxError("chat.denied", "Bot is not a chat member")
        return found, member

    def ruled(self, bot: Bot, text: str, right: str | None = None) -> Chat:
        """The chat, if the bot is its administrator and has that right."""
        chat, member = self.chat(bot, text)
        if member.rights is None or (right is not None and right not in member.rights):
            raise not_admin()
        return chat

    def user(self, user_id: int) -> dict[str, Any]:
        account = self.account(user_id) or Account(user_id=user_id, first_name="DELETED USER")
        return shapes.user(account, self.state.moment())

    def member(self, one: Member, chat: Chat) -> dict[str, Any]:
        account = self.account(one.user_id) or Account(user_id=one.user_id, first_name="DELETED USER")
        return shapes.member(one, account, chat, self.state.moment())

    def message(self, one: Message, chat: Chat) -> dict[str, Any]:
        other = next((key for key in chat.members if key != one.sender), None) if chat.kind == "dialog" else None
        return shapes.message(one, chat, self.user(one.sender), other)

    # Events
    def tell(self, bot_id: int, kind: str, **more: Any) -> None:
        """To the bot's webhooks, or where it has none to its long polling."""
        event = {"update_type": kind, "timestamp": self.state.moment(), **more}
        subscriptions = self.state.subscriptions.get(bot_id, [])
        if not subscriptions:
            self.state.feed(bot_id).add(event)
        for subscription in subscriptions:
            if not subscription.types or kind in subscription.types:
                delivery = Delivery(bot_id=bot_id, subscription=subscription, event=event)
                self.state.deliveries = [*self.state.deliveries[-199:], delivery]
                self.send(delivery)

    def tell_all(self, chat: Chat, kind: str, *, but: int | None = None, **more: Any) -> None:
        for bot in self.bots():
            if bot.bot_id in chat.members and bot.bot_id != but:
                self.tell(bot.bot_id, kind, chat_id=chat.id, **more)

    def send(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if delivery.subscription.secret:
            headers["X-Max-Bot-Api-Secret"] = delivery.subscription.secret
        delivery.tries += 1
        try:
            answer = await self.sandbox.outbound.send(
                "POST", delivery.subscription.url, content=msgspec.json.encode(delivery.event), headers=headers
            )
        except Unanswered:
            delivery.status = None
        else:
            delivery.status = answer.status


def whole(name: str, default: int | None = None, *, least: int | None = None, most: int | None = None) -> int:
    """A number of the query; without a default it is required."""
    text = request.args.get(name, "").strip()
    if not text and default is not None:
        return default
    if not WHOLE.fullmatch(text):
        raise bad(f"{name}: must be a number")
    value = int(text)
    if (least is not None and value < least) or (most is not None and value > most):
        raise bad(f"{name}: must be between {least} and {most}")
    return value


async def body() -> dict[str, Any]:
    """The JSON object of the request."""
    found = await request.get_json(force=True, silent=True)
    if not isinstance(found, dict):
        raise bad("Request body is not a JSON object")
    return found
