"""What a recruitment admits to. Pure."""

from enum import StrEnum


class Level(StrEnum):
    """Art. 131 (preschools), art. 133 (first year of primary schools), art. 134 (secondary)."""

    PRESCHOOL = "preschool"
    PRIMARY = "primary"
    SECONDARY = "secondary"


ON_PAPER = (Level.PRESCHOOL, Level.PRIMARY)  # what can be typed from paper so far
