"""The web ends when it is told, at whatever moment."""

import asyncio
import time

import pytest

from ksr_saas.embedded import any_free_port
from tests.kills.processes import Program, until
from tests.kills.town import environment_of

# Seconds after a worker was forked: it loads the application, then starts its loop, then serves.
MOMENTS = (0.0, 0.01, 0.1, 0.2, 0.4, 0.8)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_web_that_is_stopped_while_it_starts_ends_at_once(tmp_path, town, moment):
    web = Program(
        tmp_path, environment_of(town.settings) | {"KSR_PORT": str(any_free_port())}, "serve"
    )
    before = len(web.log.read_bytes())
    await until(lambda: b"Spawning" in web.log.read_bytes()[before:], 20, "a worker is forked")
    await asyncio.sleep(moment)

    begun = time.monotonic()
    web.process.terminate()
    assert await web.ends(25) == 0
    assert time.monotonic() - begun < 5
    await web.gone(1)
