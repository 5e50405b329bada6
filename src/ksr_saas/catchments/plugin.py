"""What the slice brings to the house."""

from ksr_saas.catchments.web.doubts import Addresses
from ksr_saas.catchments.web.file import SetFromFile
from ksr_saas.catchments.web.office import Segments
from ksr_saas.catchments.web.public import WhichSchool
from ksr_saas.portals import Portal, SlicePlugin


class CatchmentsPlugin(SlicePlugin):
    """The office keeps catchments and settles addresses; everybody asks which school is theirs."""

    pages = {
        Portal.PUBLIC: (WhichSchool,),
        Portal.OFFICE: (Segments, SetFromFile, Addresses),
    }
