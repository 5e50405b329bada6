"""What dramatiq loads in a worker process: the broker and every actor, listed by hand."""

import os

from ksr_saas.kernel.jobs import connect

connect(os.environ["REDIS_URL"])

import worker.actors.allocation  # noqa: E402
import worker.actors.documents  # noqa: E402
import worker.actors.notifications  # noqa: E402, F401
from worker.runtime import ACTORS  # noqa: E402

QUEUES = sorted({actor.queue_name for actor in ACTORS.values()})
