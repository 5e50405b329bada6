"""Allocation runs and what they found. Results are only added, never updated."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.allocation.rules import Verdict
from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.sealed import Sealed


class RunStatus(StrEnum):
    """`contested` waits for the commissions' order of equals; `failed` names a fault of ours."""

    QUEUED = "queued"
    RUNNING = "running"
    CONTESTED = "contested"
    DONE = "done"
    FAILED = "failed"


class AllocationRun(TenantModel):
    """One working-out of who gets which place.

    `input_digest` and `result_digest` are SHA-256 of the canonical input and result: equal inputs
    give equal results. `contested` lists the open ties: unit, points in hundredths, places left,
    applications.
    """

    __tablename__ = "allocation_run"
    __table_args__ = (Index("ix_allocation_run_campaign", "campaign_id", "created_at"),)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    status: Mapped[RunStatus] = mapped_column(words(RunStatus), default=RunStatus.QUEUED)
    asked_by: Mapped[UUID]
    phase: Mapped[str] = mapped_column(default="queued")
    percent: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    input_digest: Mapped[str | None]
    result_digest: Mapped[str | None]
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    contested: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)


class WishResult(TenantModel):
    """One wish of one application in one run; `position` counts from 1 among its applicants.

    `points` are hundredths in the order in which the rulebook compares (`Rulebook.compared`), here
    and below.
    """

    __tablename__ = "wish_result"
    __table_args__ = (Index("ix_wish_result_run", "run_id", "application_id"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("allocation_run.id", ondelete="CASCADE"))
    application_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    rank: Mapped[int]
    points: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    position: Mapped[int]
    verdict: Mapped[Verdict] = mapped_column(words(Verdict))


class Cutoff(TenantModel):
    """How one unit closed in one run; the points are those of the last child placed."""

    __tablename__ = "cutoff"
    __table_args__ = (UniqueConstraint("run_id", "unit_id"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("allocation_run.id", ondelete="CASCADE"))
    unit_id: Mapped[UUID]
    places: Mapped[int]
    applicants: Mapped[int]
    placed: Mapped[int]
    points: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))


class RecordedOrder(TenantModel):
    """The commission's order of children with equal points at one unit, best first.

    A later row for the same unit, points and keys replaces an earlier one.
    """

    __tablename__ = "recorded_order"
    __table_args__ = (Index("ix_recorded_order_campaign", "campaign_id", "unit_id"),)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    unit_id: Mapped[UUID]
    points: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default="{}")
    application_ids: Mapped[list[str]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Sealed("recorded_order.reason"))
    decided_by: Mapped[UUID]
