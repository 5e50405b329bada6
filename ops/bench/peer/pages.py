"""The one page."""

from django.shortcuts import get_object_or_404, render
from django.urls import path

from ops.bench.peer.models import Institution, Unit

KINDS = {
    "preschool": "Przedszkole",
    "school-unit": "Oddział przedszkolny w szkole",
    "complex": "Zespół szkolno-przedszkolny",
}
LANGUAGES = (("pl", "Polski"), ("uk", "Українська"), ("en", "English"))


def institution(request, institution_id):
    one = get_object_or_404(Institution, id=institution_id)
    units = Unit.objects.filter(institution=one).select_related("campaign")
    offers = [(unit.campaign.name["pl"], unit.campaign.code, unit.places) for unit in units]
    context = {
        "city": request.tenant,
        "lang": "pl",
        "languages": LANGUAGES,
        "institution": one,
        "kind": KINDS[one.kind],
        "offers": offers,
    }
    return render(request, "peer/institution.html", context)


urlpatterns = [path("placowki/<uuid:institution_id>", institution)]
