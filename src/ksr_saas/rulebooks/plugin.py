"""What the slice brings to the house."""

from ksr_saas.portals import Portal, SlicePlugin
from ksr_saas.rulebooks.web.changes import Changes
from ksr_saas.rulebooks.web.editor import Editor
from ksr_saas.rulebooks.web.files import Files
from ksr_saas.rulebooks.web.opening import Opening
from ksr_saas.rulebooks.web.recruitments import Recruitments
from ksr_saas.rulebooks.web.trial import Trial


class RulebooksPlugin(SlicePlugin):
    """The office's pages on the rules of its recruitments."""

    pages = {Portal.OFFICE: (Recruitments, Editor, Changes, Opening, Files, Trial)}
