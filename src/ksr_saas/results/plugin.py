"""What the slice brings to the house."""

from ksr_saas.applications.news import kinds_of
from ksr_saas.portals import Portal, SlicePlugin
from ksr_saas.results.messages import (
    ADMITTED,
    CONFIRMED,
    GIVEN_BACK,
    LAPSED,
    PUBLISHED,
    PUBLISHED_TO_CONFIRM,
)
from ksr_saas.results.web.family import MyPlace
from ksr_saas.results.web.institution import Lists
from ksr_saas.results.web.office import Publication, Studio
from ksr_saas.results.web.places import Places


class ResultsPlugin(SlicePlugin):
    """The studio, the lists and the family's place."""

    pages = {
        Portal.OFFICE: (Studio, Publication),
        Portal.INSTITUTION: (Lists, Places),
        Portal.FAMILY: (MyPlace,),
    }
    messages = kinds_of(PUBLISHED, PUBLISHED_TO_CONFIRM, CONFIRMED, GIVEN_BACK, ADMITTED, LAPSED)
