"""Working out who gets which place, with progress that the coordinator's page can see."""

from sqlalchemy import update

from ksr_saas.allocation.models import AllocationRun
from ksr_saas.allocation.service import Runs
from worker.runtime import Work, tenant_actor


async def give_up(work: Work) -> None:
    """The coordinator reads on the run's page that it failed."""
    runs = Runs(session=work.session)
    await runs.give_up(work.id_of("run_id"), now=work.house.clock.now())


@tenant_actor("allocation.run", on_give_up=give_up)
async def run_allocation(work: Work) -> None:
    """Work out one queued run; a run that has an end is left alone.

    The result is written under the run's id in the job's own transaction: a killed worker leaves
    nothing behind, and the job starts again.
    """
    run_id = work.id_of("run_id")

    async def progress(phase: str, percent: int) -> None:
        async with work.house.session(work.schema) as session, session.begin():
            await session.execute(
                update(AllocationRun)
                .where(AllocationRun.id == run_id)
                .values(phase=phase, percent=percent)
            )

    runs = Runs(session=work.session)
    await runs.work_out(run_id, progress=progress, now=work.house.clock.now)
