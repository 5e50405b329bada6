"""Rendering documents."""

from ksr_saas.documents.service import render
from ksr_saas.slices import DOCUMENTS
from worker.runtime import Work, tenant_actor


@tenant_actor("documents.render", time_limit=60)
async def render_document(work: Work) -> None:
    """Render one document; one that is ready is left alone."""
    await render(
        work.session,
        work.id_of("document_id"),
        DOCUMENTS,
        work.house.files(work.schema),
        work.house.clock,
    )
