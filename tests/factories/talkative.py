"""Stands in for the cleaning of a file, and answers with the names in its environment."""

import os

from ksr_saas.applications import cleaning
from ksr_saas.applications.kept_files import Cleaned

cleaning.clean = lambda contents: Cleaned("text/plain", " ".join(os.environ).encode())
cleaning.main()
