"""The school of the child's catchment: alone in a phase of its own, and last on a longer list."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.catchments.queries import school_of
from ksr_saas.catchments.rules import Address, Answer, start_of
from ksr_saas.criteria import stored
from ksr_saas.kernel.clock import WARSAW


class Wrong(StrEnum):
    """Why a list cannot be handed in: another school too early, or the own school not last."""

    ONLY_OWN = "only-own"
    NOT_LAST = "not-last"


class OwnSchool(msgspec.Struct, frozen=True):
    """What is known of it: `school` is None where the address has none here, or nobody can tell.

    `certain` says which of the two. `alone` is whether nothing else may be asked for yet, `last`
    whether it has to close the list.
    """

    school: UUID | None
    certain: bool
    alone: bool
    last: bool

    def wrong(self, institutions: Sequence[UUID]) -> Wrong | None:
        """What is wrong with a list from the most wanted on; an uncertain address forbids little.

        Then the commission finds out which school it is.
        """
        others = set(institutions) - {self.school}
        if self.alone and (others if self.certain else len(others) > 1):
            return Wrong.ONLY_OWN
        if self.last and self.school is not None and institutions[-1:] != [self.school]:
            return Wrong.NOT_LAST
        return None


async def own_school(
    session: AsyncSession, application: Application, *, now: datetime, home: str
) -> OwnSchool | None:
    """What the rules ask of the own school in this list; None where they ask nothing.

    `home` is the municipality's own town. On paper the day of arrival counts, not `now`.
    """
    last = stored.read(application.campaign.rulebook).list_rule.own_school_last
    alone = _early(application, now)
    if not (alone or last):
        return None
    found = await answer_of(session, application, home=home)
    return OwnSchool(
        school=found.school if found else None,
        certain=found is not None and (found.school is not None or found.decided),
        alone=alone,
        last=last,
    )


def _early(application: Application, now: datetime) -> bool:
    """Whether only the catchment's are taken yet."""
    stages = application.campaign.stages
    first = timetable.stage(stages, StageCode.CATCHMENT)
    then = timetable.stage(stages, StageCode.SUBMISSION)
    if first is None or then is None:
        return False
    if application.arrived_on is not None:
        return application.arrived_on < then.starts_at.astimezone(WARSAW).date()
    return now < then.starts_at


async def answer_of(session: AsyncSession, application: Application, *, home: str) -> Answer | None:
    """What the catchments say of the child's address; None without an address or a school year."""
    child, year = application.child, start_of(application.campaign.school_year)
    if year is None or not child.street:
        return None
    address = Address(child.street, "", child.postal_code, child.town)
    return await school_of(session, address, year, home=home)
