"""What the record of acts adds to a page of a case, with and without it by turns."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

import asyncpg
from sqlalchemy import select

from ksr_saas.app import create_app
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account, AccountKind
from ksr_saas.identity.sessions import begin
from ksr_saas.identity.web.cookies import cookie_name
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.portals import keys_of
from ksr_saas.verification import service
from ops.bench.figures import Figure
from ops.bench.house import House, filled_house
