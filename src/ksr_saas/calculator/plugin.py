"""What the slice brings to the house."""

from ksr_saas.calculator.web.public import CalculatorPages
from ksr_saas.portals import Portal, SlicePlugin


class CalculatorPlugin(SlicePlugin):
    """Pages for everybody."""

    pages = {Portal.PUBLIC: (CalculatorPages,)}
