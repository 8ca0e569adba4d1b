"""The sandbox's own calls: registered systems, the school's decisions without its page, names, certificates, notices."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify, request

from sandbox.asked import Refused, body_object
from sandbox.my_school.routes.office import POST, STATES, decide, submitted
from sandbox.my_school.state.access import Client
from sandbox.my_school.state.notices import TAMPERS
from sandbox.my_school.state.service import LEVELS, Service
from sandbox.my_school.wire import shapes
from sandbox.my_school.wire.errors import ERRORS, SchoolError
from sandbox.world.model import Person, School

MOST_TIMES = 100


def control(service: Service) -> Blueprint:
    routes = Blueprint("my_school_control", __name__)
    _clients(routes, service)
    _decisions(routes, service)
    _facts(routes, service)
    _notices(routes, service)
    return routes


def _clients(routes: Blueprint, service: Service) -> None:
    @routes.get("/clients")
    async def clients() -> Any:
        told = {key: service.notices.subscriptions.get(key) for key in service.access.clients}
        rows = [
            {"client_id": key, "active": it.active, "redirect_uris": list(it.redirect_uris), "url": getattr(told[key], "url", None)}
            for key, it in service.access.clients.items()
        ]
        return jsonify(clients=rows)

    @routes.post("/clients")
    async def register() -> Any:
        """`{client_id, client_secret, redirect_uris?, active?}`; a known client may be changed without its secret."""
        body = await body_object()
        client_id, secret, active, uris = (body.get(name) for name in ("client_id", "client_secret", "active", "redirect_uris"))
        known = service.access.clients.get(str(client_id))
        if not isinstance(client_id, str) or not client_id:
            raise Refused("client_id — непустая строка")
        if secret is None and known is not None:
            secret = known.secret
        if not isinstance(secret, str) or not secret:
            raise Refused("client_secret — непустая строка")
        if active not in (None, True, False):
            raise Refused("active — true или false")
        if uris is None:
            uris = list(known.redirect_uris) if known is not None else []
        if not isinstance(uris, list) or not all(isinstance(it, str) and it for it in uris):
            raise Refused("redirect_uris — список адресов")
        service.access.register(Client(id=client_id, secret=secret, redirect_uris=tuple(uris), active=active is not False))
        if active is False:
            service.notices.subscriptions.pop(client_id, None)
        return jsonify(client_id=client_id, active=active is not False), 201


def _decisions(routes: Blueprint, service: Service) -> None:
    @routes.get("/bundles")
    async def bundles() -> Any:
        service.settle()
        return jsonify(bundles=[shapes.bundle(service, it) for it in service.registry.bundles.values()])

    @routes.get("/requests")
    async def requests() -> Any:
        service.settle()
        state = request.args.get("state")
        if state is not None and state not in STATES:
            raise Refused(f"state — одно из: {', '.join(STATES)}")
        ogrns = {it.ogrn for it in service.town.schools.values()}
        return jsonify(requests=[shapes.office_request(service, *pair) for pair in submitted(service, ogrns, state)])

    @routes.post("/requests/<request_id>/<decision>")
    async def decided(request_id: str, decision: str) -> Any:
        """The school decides: `{person?, reason?}`."""
        service.settle()
        state, body, found = (
            {"approve": "approved", "reject": "rejected"}.get(decision),
            await body_object(),
            service.registry.request(request_id),
        )
        if state is None or found is None:
            raise Refused("Такого запроса нет", 404)
        school = service.school(found[0].ogrn)
        who = _officer(service, school, body.get("person")) if school is not None else None
        if who is None:
            raise Refused("person — администратор этой школы")
        reason = None if state == "approved" else str(body.get("reason") or "Данные не совпали с документами")
        try:
            decide(service, who, *found, state, reason, None)
        except SchoolError as error:
            raise Refused(ERRORS[error.code][1], ERRORS[error.code][0]) from error
        return jsonify(shapes.office_request(service, *found))


def _officer(service: Service, school: School, wanted: Any) -> Person | None:
    """The named administrator, the school's first one, or its head, who is nobody else in the town."""
    own = [who for who in service.town.people.values() if school in service.offices(who)]
    if wanted is not None:
        return next((who for who in own if who.id == str(wanted)), None)
    if own:
        return own[0]
    last, first, middle = school.head.split()
    return Person(
        id=f"head-{school.id}", role="school_admin", last_name=last, first_name=first, middle_name=middle,
        birth_date=service.now.date(), sex="F", note=POST,
    )  # fmt: skip


def _facts(routes: Blueprint, service: Service) -> None:
    @routes.post("/schools/<ogrn>/rename")
    async def rename(ogrn: str) -> Any:
        """`{legal_name, short_name?}`."""
        body, school = await body_object(), service.school(ogrn)
        if school is None:
            raise Refused("Школы с таким ОГРН нет", 404)
        legal, short = body.get("legal_name"), body.get("short_name")
        if not isinstance(legal, str) or not legal.strip() or not (short is None or isinstance(short, str)):
            raise Refused("legal_name — непустая строка, short_name — строка")
        service.rename(school, legal.strip(), short)
        return jsonify(shapes.school(service, school))

    @routes.post("/certificates")
    async def certificate() -> Any:
        """`{child, certificate}`."""
        body = await body_object()
        child, has = service.town.people.get(str(body.get("child"))), body.get("certificate")
        if child is None:
            raise Refused("Такого ребёнка в городе нет", 404)
        if not isinstance(has, bool):
            raise Refused("certificate — true или false")
        (service.names.without_certificate.discard if has else service.names.without_certificate.add)(child.id)
        return jsonify(child=child.id, certificate=has)

    @routes.post("/levels")
    async def level() -> Any:
        """`{person, level}`: the account at Gosuslugi itself changes."""
        body = await body_object()
        who, wanted = service.town.people.get(str(body.get("person"))), body.get("level")
        if who is None or who.esia is None:
            raise Refused("Такой учётной записи Госуслуг нет", 404)
        if wanted not in LEVELS:
            raise Refused(f"level — одно из: {', '.join(LEVELS)}")
        who.esia.level = str(wanted)
        return jsonify(person=who.id, level=wanted)


def _notices(routes: Blueprint, service: Service) -> None:
    @routes.get("/notices")
    async def notices() -> Any:
        await service.notices.settled()
        rows = [
            {"client_id": key, "url": it.url, **shapes.change(service, one.change), "answers": one.answers, "received": one.received}
            for key, it in service.notices.subscriptions.items()
            for one in it.notices
        ]
        return jsonify(notices=rows)

    @routes.post("/notices/repeat")
    async def repeat() -> Any:
        """`{seq?, times?, tamper?, reverse?}`."""
        await service.notices.settled()
        body = await body_object()
        times, tamper, seq = body.get("times", 1), body.get("tamper"), body.get("seq")
        if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
            raise Refused(f"times — целое от 1 до {MOST_TIMES}")
        if tamper is not None and tamper not in TAMPERS:
            raise Refused(f"tamper — одно из: {', '.join(TAMPERS)}")
        chosen = [(it, one) for it in service.notices.subscriptions.values() for one in it.notices if seq in (None, str(one.change.seq))]
        if not chosen:
            raise Refused("Таких уведомлений нет", 404)
        ordered = chosen[::-1] if body.get("reverse") is True else chosen
        sent = [(one, await service.notices.send(it, one, tamper)) for it, one in ordered for _ in range(times)]
        return jsonify(answers=[{"seq": str(one.change.seq), "status": status} for one, status in sent])
