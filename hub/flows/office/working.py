"""At which post somebody works in this session: a person with several chooses one, and their rights never add up (RULES B6)."""

from __future__ import annotations

from collections.abc import Sequence

from hub.deps import Deps
from hub.flows.office.officers import POSTS, posts_here
from hub.flows.office.rights import MATRIX, Role, widest
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.staff import PostList, PostView
from hub.store import sessions
from hub.store.school import schools
from hub.store.school.schools import Post
from hub.store.sessions import Visitor
from identity.model import Person, PersonId, SnilsProof
from identity.store import person


async def show_posts(deps: Deps, visitor: Visitor) -> PostList:
    """All posts of this person, and the one that this session works at; empty for who has none."""
    return await deps.db.read(lambda: posts_in(deps, visitor))


def posts_in(deps: Deps, visitor: Visitor) -> PostList:
    """Inside the caller's unit."""
    me = person(deps.keys, PersonId(visitor.person))
    every = _every(deps, me)
    working = posts_here(deps, visitor, me)
    here = widest(working) if len({post.school for post in working}) == 1 else None
    return PostList(items=tuple(_view(one, visitor) for one in every), here=_view(here, visitor) if here else None)


async def choose_post(deps: Deps, visitor: Visitor, school: str, role: str) -> PostView:
    """From now on this session works at this post alone."""

    def unit() -> PostView:
        me = person(deps.keys, PersonId(visitor.person))
        found = next((post for post in _every(deps, me) if (post.school, post.role) == (school, role)), None)
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        sessions.choose_post(visitor.session, (school, role))
        return _view(found, visitor, chosen=True)

    view = await deps.db.write(unit)
    forget(deps, session=visitor.session)
    return view


def _every(deps: Deps, me: Person | None) -> Sequence[Post]:
    if me is None or me.snils is None or me.snils_proof is not SnilsProof.VERIFIED:
        return ()
    return [post for post in schools.posts_of(deps.keys, me.snils.digits) if post.role in POSTS]


def _view(post: Post, visitor: Visitor, *, chosen: bool | None = None) -> PostView:
    card = schools.school(post.school)
    return PostView(
        school_ogrn=post.school,
        school=card.short_name if card else "",
        role=post.role,
        title=POSTS[post.role],
        class_name=post.class_name,
        chosen=(post.school, post.role) == visitor.post if chosen is None else chosen,
        acts=tuple(sorted(act.value for act in MATRIX[Role(post.role)])),
    )
