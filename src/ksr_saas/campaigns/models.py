"""The recruitment (nabór) of one level in one school year."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.timetable import Stage
from ksr_saas.kernel.database import TenantModel, words


class Campaign(TenantModel):
    """A recruitment with its rulebook and timetable, both kept as data.

    `name` is by language. `opened_at` is when it was shown to everybody; until then only the office
    sees it. `published_run_id` is the allocation run whose result families see;
    `admitted_at` is when qualified children who kept their place became admitted.
    `last_number` is the number given to the latest application.
    """

    __tablename__ = "campaign"

    code: Mapped[str] = mapped_column(unique=True)
    level: Mapped[Level] = mapped_column(words(Level))
    school_year: Mapped[str]
    name: Mapped[dict[str, str]] = mapped_column(JSONB)
    rulebook: Mapped[dict[str, Any]] = mapped_column(JSONB)
    timetable: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    opened_at: Mapped[datetime | None]
    last_number: Mapped[int] = mapped_column(default=0)
    published_run_id: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    admitted_at: Mapped[datetime | None]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The timetable in order."""
        return msgspec.convert(self.timetable, tuple[Stage, ...])
