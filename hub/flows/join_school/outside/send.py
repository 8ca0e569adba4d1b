"""The worker tells the outside system what was asked and decided here, in order, until it answers; each act may be repeated (RULES B2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from connectors.kit import school_joining as outside
from connectors.kit.errors import AccessDenied, ConnectorError, NotFound, RateLimited, Rejected
from connectors.kit.school_joining import Application, SchoolJoiningPort, current_bundle, reason_of
from hub.deps import Deps
from hub.flows.join_school.outside.adopt import adopt
from hub.flows.join_school.outside.gather import Job, gather
from hub.flows.join_school.outside.import_made import is_older
from hub.store.joining import bundles, errands
from hub.store.joining.errands import Act, Errand
from hub.store.joining.records import Bundle
from identity.joining import RequestState

BATCH = 20
AGAIN = frozenset({"version_changed", "version_missing", "not_closed", "not_draft"})
"""The other side moved on in this moment: asked anew, the same act finds its place."""
NO_ACCOUNT, SAME_BUNDLE = "no_account", "same_bundle"
CLOSED = frozenset({outside.BundleState.REJECTED, outside.BundleState.WITHDRAWN, outside.BundleState.EXPIRED})


class Refusal(Exception):
    """Not to be told at all; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def deliver(deps: Deps) -> bool:
    """One bounded part; True when there may be more."""
    if not deps.joining:
        return False
    now = deps.now()
    found = await deps.db.read(lambda: errands.due(deps.keys, now=now, limit=BATCH))
    for errand in found:
        await _one(deps, errand)
    return len(found) >= BATCH


async def _one(deps: Deps, errand: Errand) -> None:
    (system, port), *_ = deps.joining.items()
    job = await deps.db.read(lambda: gather(deps, errand))
    now = deps.now()
    if job is None:
        await deps.db.write(lambda: errands.done(errand.id))
        return
    if errand.act is Act.SUBMIT and job.waits_for_former:
        await deps.db.write(lambda: errands.later(errand, "former", now=now))
        return
    try:
        theirs = await _ACTS[errand.act](port, job)
    except Refusal as error:
        code = error.code
        await deps.db.write(lambda: errands.refused(errand.id, code))
    except ConnectorError as error:
        failed = error
        await deps.db.write(lambda: _failed(deps, system, errand, job.bundle, failed))
    else:
        await deps.db.write(lambda: _told(deps, system, errand, theirs))


def _told(deps: Deps, system: str, errand: Errand, theirs: outside.Bundle | None) -> None:
    bundle = bundles.held(deps.keys, errand.bundle)
    if bundle is not None and theirs is not None:
        other = bundles.by_outside(deps.keys, system, theirs.id)
        if other is not None and other.id != bundle.id:
            errands.refused(errand.id, SAME_BUNDLE)
            return
        adopt(deps, system, bundle, theirs)
    errands.done(errand.id)


def _failed(deps: Deps, system: str, errand: Errand, bundle: Bundle, error: ConnectorError) -> None:
    """What it refuses for good it is not asked again; what is only silent is asked later."""
    now, code = deps.now(), reason_of(error) or error.code
    current = current_bundle(error)
    if current is not None and current.id == bundle.outside:
        adopt(deps, system, bundles.held(deps.keys, bundle.id) or bundle, current)
        errands.done(errand.id)
    elif isinstance(error, Rejected | AccessDenied | NotFound) and code not in AGAIN:
        errands.refused(errand.id, code)
    else:
        errands.later(errand, code, now=now, after_s=error.after_s if isinstance(error, RateLimited) else None)


async def _submit(port: SchoolJoiningPort, job: Job) -> outside.Bundle | None:
    """The consent, the profile, and the application; one that is there already under its key is ours."""
    who = job.applicant
    if who is None:
        raise Refusal(NO_ACCOUNT)
    bundle, role = job.bundle, outside.Role(job.bundle.role.value)
    if bundle.outside is not None:
        # Its answer was lost, and the changes have brought it meanwhile.
        return await port.bundle(who.oid, bundle.outside)
    profile = await port.agree(who)
    if profile.kind is None:
        await port.choose_profile(who.oid, role, profile.terms_version)
    asked = Application(role=role, school_ogrn=bundle.school, class_name=bundle.class_name, child=job.child, school_year=bundle.school_year)
    made = (await port.create(who.oid, asked, submit=True, previous=job.previous)).bundle
    if made.state in CLOSED and is_older(made, bundle):
        # An application of before this one, which follows it. A newer one is ours: decided before its answer came through.
        made = (await port.create(who.oid, asked, submit=True, previous=made.id)).bundle
    if made.state is outside.BundleState.DRAFT:
        made = await port.submit(who.oid, made.id)
    return made


async def _withdraw(port: SchoolJoiningPort, job: Job) -> outside.Bundle | None:
    if job.applicant is None or job.bundle.outside is None:
        return None  # it never got there
    return await port.withdraw(job.applicant.oid, job.bundle.outside)


async def _decide(port: SchoolJoiningPort, job: Job) -> outside.Bundle | None:
    """As the officer who decided here, where he is the school's administrator there; the bundle is read as it is afterwards."""
    request, officer = job.request, job.officer
    if request is None or request.outside is None or job.bundle.outside is None:
        return None  # it never got there
    if officer is None:
        raise Refusal(NO_ACCOUNT)
    await port.agree(officer)
    theirs = await port.request(officer.oid, request.outside)
    if theirs.state is outside.RequestState.SUBMITTED:
        if request.state is RequestState.APPROVED:
            await port.approve(officer.oid, request.outside, version=theirs.version)
        else:
            await port.reject(officer.oid, request.outside, version=theirs.version, reason=request.reason)
    return await port.bundle(job.applicant.oid, job.bundle.outside) if job.applicant else None


async def _look(port: SchoolJoiningPort, job: Job) -> outside.Bundle | None:
    """One whose change could not be read when it was told."""
    if job.applicant is None or job.bundle.outside is None:
        return None
    return await port.bundle(job.applicant.oid, job.bundle.outside)


_ACTS: Mapping[Act, Callable[[SchoolJoiningPort, Job], Awaitable[outside.Bundle | None]]] = {
    Act.SUBMIT: _submit,
    Act.WITHDRAW: _withdraw,
    Act.APPROVE: _decide,
    Act.REJECT: _decide,
    Act.LOOK: _look,
}
