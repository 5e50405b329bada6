"""Rendering documents."""

from ksr_saas.documents import service
from ksr_saas.slices import DOCUMENTS
from worker.runtime import Work, tenant_actor


async def give_up(work: Work) -> None:
    """The family reads where the document would be, and may ask for it again."""
    await service.give_up(work.session, work.id_of("document_id"))


@tenant_actor("documents.render", on_give_up=give_up, time_limit=60)
async def render_document(work: Work) -> None:
    """Render one document; one that is ready is left alone."""
    await service.render(
        work.session,
        work.id_of("document_id"),
        DOCUMENTS,
        work.house.files(work.schema),
        work.house.clock,
    )
