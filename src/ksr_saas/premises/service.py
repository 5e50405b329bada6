"""Changes of institutions, each on the record by the fields it touched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import WRITTEN, record
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import IllegalMove
from ksr_saas.offer.models import Institution
from ksr_saas.people.collation import sort_key
from ksr_saas.premises.errors import ShortClosingReason

SHORTEST_REASON = 10


class Premises:
    """What somebody may do to institutions, at one moment."""

    def __init__(self, session: AsyncSession, actor: Actor, *, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now

    def save(
        self, institution: Institution, values: dict[str, Any], photo: Sequence[str] | None
    ) -> None:
        """Keep `values` by column; `photo` are the store's names of a new picture, large first.

        An empty `photo` takes the picture away, None leaves it. What changes nothing is not on the
        record.
        """
        if photo is not None:
            large, small = photo or ("", "")
            values = values | {"image": large, "image_small": small}
        if not values.get("image", institution.image):
            values["image_alt"] = {}
        changed = [one for one, value in values.items() if getattr(institution, one) != value]
        for one in changed:
            setattr(institution, one, values[one])
        if "name" in changed:
            institution.sort_key = sort_key(institution.name)
        if changed:
            self._record(institution.id, "premises.edit", fields=" ".join(sorted(changed)))

    async def add(self, values: dict[str, Any]) -> Institution:
        """A new institution of the city."""
        made = Institution(id=uuid4(), **values, sort_key=sort_key(values["name"]))
        self.session.add(made)
        await self.session.flush()
        self._record(made.id, "premises.add")
        return made

    def close(self, institution: Institution, reason: str) -> None:
        """From now on it begins no offer. Raises ShortClosingReason, IllegalMove when closed."""
        if institution.retired_at is not None:
            raise IllegalMove
        if len(reason) < SHORTEST_REASON:
            raise ShortClosingReason
        institution.retired_at, institution.retired_reason = self.now, reason
        self._record(institution.id, "premises.close", reason=WRITTEN)

    def reopen(self, institution: Institution) -> None:
        """It offers places again. Raises IllegalMove when it is open."""
        if institution.retired_at is None:
            raise IllegalMove
        institution.retired_at, institution.retired_reason = None, ""
        self._record(institution.id, "premises.reopen")

    def _record(
        self, institution_id: UUID, act: str, *, reason: str = "", fields: str | None = None
    ) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=self.actor.institution_id,
            kind="institution",
            object_id=institution_id,
            reason=reason,
            fields=fields,
        )
