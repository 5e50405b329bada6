"""What every page of a recruitment reads first."""

from typing import Any

import msgspec
from litestar.datastructures import FormMultiDict
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import prepared_or_opened
from ksr_saas.kernel.forms import Problems
from ksr_saas.rulebooks import queries
from ksr_saas.rulebooks.differences import Difference, differences
from ksr_saas.rulebooks.form.shapes import Typed
from ksr_saas.rulebooks.models import RulebookVersion
from ksr_saas.rulebooks.service import in_force, written
from ksr_saas.rulebooks.setup import Setup
from ksr_saas.rulebooks.views import Head, head

MOST_FIELDS = 3000


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A recruitment, its draft if any, what is in force and what would be."""

    campaign: Campaign
    draft: RulebookVersion | None
    before: Setup
    after: Setup

    @property
    def changes(self) -> tuple[Difference, ...]:
        """What the draft says otherwise; empty without one."""
        return differences(self.before, self.after) if self.draft else ()

    @property
    def head(self) -> Head:
        """The top of the page."""
        return head(self.campaign, self.draft, self.changes)


async def taken(session: AsyncSession, code: str) -> Taken:
    """A recruitment for a page that only shows it. Raises NotFound."""
    campaign = await prepared_or_opened(session, code)
    return seen(campaign, await queries.pending(session, campaign.id))


def seen(campaign: Campaign, draft: RulebookVersion | None) -> Taken:
    """A recruitment with its draft."""
    before = in_force(campaign)
    after = written(campaign, draft) if draft else before
    return Taken(campaign=campaign, draft=draft, before=before, after=after)


def typed_in(form: FormMultiDict) -> Typed:
    """The text fields of a form, each with all its values."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in list(form.multi_items())[:MOST_FIELDS]:
        if isinstance(value, str):
            found[name] = (*found.get(name, ()), value)
    return found


def told(problems: Problems) -> dict[str, Any]:
    """The problems of a form as templates take them."""
    return {"problems": problems, "errors": problems.by_field()}
