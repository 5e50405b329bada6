"""A case as staff see it: sensitive papers are covered until somebody said why they open them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from ksr_saas.applications.models import Application
from ksr_saas.applications.service import rulebook_of
from ksr_saas.applications.views import ApplicationView, ClaimView, view
from ksr_saas.openings.rules import concerns


def sensitive_codes(application: Application) -> frozenset[str]:
    """Codes of the criteria that tell of health, disability or a court's ruling."""
    return frozenset(c.code for c in rulebook_of(application.campaign).criteria if c.sensitive)


def open_to(application: Application, institution_id: UUID) -> frozenset[str]:
    """Codes of sensitive criteria whose claims are the affair of this institution."""
    first = application.first_institution_id
    return frozenset(
        claim.criterion
        for claim in application.claims
        if concerns(institution_id, first=first, claimed_at=claim.institution_id)
    ) & sensitive_codes(application)


def covered(claim: ClaimView) -> ClaimView:
    """The claim without what it says: it is counted and decided, and that is all."""
    return msgspec.structs.replace(
        claim,
        code="",
        name="",
        proof="",
        place="",
        income=None,
        count=None,
        reason="",
        told=None,
        covered=True,
    )


def cover(claims: Sequence[ClaimView], shut: Collection[str]) -> tuple[ClaimView, ...]:
    """The claims with those of the criteria `shut` covered, and last.

    Their place among the others, who stand in the order of the rulebook, would tell which they are.
    """
    told = (covered(one) if one.code in shut else one for one in claims)
    return tuple(
        sorted(told, key=lambda one: (one.covered, one.id if one.covered else UUID(int=0)))
    )


def staff_view(
    application: Application, *, now: datetime, opened: Collection[str] = ()
) -> ApplicationView:
    """The case with the sensitive claims and files covered, but those of the criteria `opened`."""
    whole = view(application, now=now)
    shut = sensitive_codes(application) - set(opened)
    return msgspec.structs.replace(
        whole,
        claims=cover(whole.claims, shut),
        files=tuple(one for one in whole.files if one.criterion not in shut),
    )
