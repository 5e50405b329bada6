"""Stands in for the cleaning of a file that needs more memory than there is."""

from ksr_saas.applications import cleaning

cleaning.clean = lambda contents: bytearray(2 * cleaning.MOST_MEMORY)
cleaning.main()
