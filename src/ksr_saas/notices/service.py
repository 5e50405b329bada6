"""Saving what a city says and shows of itself; whatever was there before is kept."""

from uuid import UUID, uuid4

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity.authorisation import Actor
from ksr_saas.notices.colours import Colours
from ksr_saas.notices.models import Crest, Look


class LookForm(msgspec.Struct, frozen=True):
    """A look as it is to be saved; `crest_id` is None where the crest of the files stays."""

    colours: Colours
    crest_id: UUID | None
    phone: str
    email: str
    office: str


def keep_crest(session: AsyncSession, store_name: str, actor: Actor) -> UUID:
    """Remember a picture of the file store as a crest of this city; its id."""
    made = Crest(id=uuid4(), store_name=store_name, sent_by=actor.account_id)
    session.add(made)
    return made.id


async def save_look(session: AsyncSession, form: LookForm, since: int, actor: Actor) -> bool:
    """Save a look that was filled from number `since` (0: from the files).

    False, and nothing saved, where somebody else has saved another one since.
    """
    if since != (await session.scalar(select(func.max(Look.number))) or 0):
        return False
    await session.flush()  # the look names the crest
    saved = await session.scalar(
        insert(Look)
        .values(
            id=uuid4(),
            number=since + 1,
            **msgspec.structs.asdict(form.colours),
            crest_id=form.crest_id,
            help_phone=form.phone,
            help_email=form.email,
            office=form.office,
            saved_by=actor.account_id,
        )
        .on_conflict_do_nothing()
        .returning(Look.id)
    )
    if saved is None:
        return False
    record(
        session,
        "notices.save-look",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="look",
        object_id=saved,
        number=since + 1,
    )
    return True
