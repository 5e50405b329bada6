"""Kills at random moments: `python -m tests.kills.chaos [TIMES] [SEED]`; fails at the first loss."""

import asyncio
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import dramatiq

from ksr_saas.kernel import jobs
from tests.factories.post import Post
from tests.kills.processes import Program, Service, kill, until
from tests.kills.town import Town, environment_of, settings_of

APPLICATIONS = 5000
MAILS = 150
PICK_UP = 30.0


class Chaos:
    """One set of services, and whoever works on them at the moment."""

    def __init__(self, home, chance):
        self.home, self.chance = home, chance
        self.postgres = Service(home / "a", "postgres")
        self.valkey = Service(home / "b", "valkey-server")
        self.post = Post(pause=0.02)
        self.settings = settings_of(home, self.postgres, self.valkey, self.post)
        jobs.connect(self.settings.redis_url)
        self.town = Town(self.settings, self.post)
        self.workers = self.start()

    def start(self):
        return Program(self.home, environment_of(self.settings), "worker")

    def everything(self):
        kill(*self.workers.pids())
        self.workers.process.wait()
        self.workers = self.start()

    def supervisor(self):
        kill(self.workers.process.pid)
        self.workers.process.wait()
        self.workers = self.start()

    def sweeper(self):
        kill(*self.workers.pids("sweeper"))

    def a_worker(self):
        kill(self.chance.choice(self.workers.pids("dramatiq", inner=True) or [0x7FFFFFFF]))

    def a_master(self):
        kill(self.chance.choice(self.workers.pids("dramatiq", inner=False) or [0x7FFFFFFF]))

    def valkey_alone(self):
        self.valkey.kill()
        self.valkey.start()

    def postgresql(self):
        self.postgres.kill(how=self.chance.choice([signal.SIGQUIT, signal.SIGKILL]))
        self.postgres.start()

    async def once(self):
        """Work for everybody, a kill, and a look whether all of it was done; how long that took."""
        victim = self.chance.choice(
            [
                self.everything,
                self.supervisor,
                self.sweeper,
                self.a_worker,
                self.a_master,
                self.valkey_alone,
                self.postgresql,
            ]
        )
        run_id, mails = await self.town.ask_for_a_run(), await self.town.ask_for_mail(MAILS)
        await asyncio.sleep(self.chance.uniform(0, 4))
        left = sum(self.post.taken[name] for name in mails)
        phase = await self.town.value("SELECT phase FROM allocation_run WHERE id = $1", run_id)
        victim()
        begun = time.monotonic()
        await self.town.engine.dispose()
        await until(lambda: self.town.is_over(run_id), PICK_UP, "the run is over")
        run = time.monotonic() - begun
        await until(self.town.no_mail_waits, PICK_UP, "the mails have left")
        await until(self.town.no_job_waits, PICK_UP, "no job is left")
        await self.town.ensure_one_result(run_id)
        await self.town.ensure_each_mail_once(mails, uncertain=1)
        doubts = await self.town.value("SELECT count(*) FROM message WHERE status = 'uncertain'")
        return victim.__name__, phase, left, run, time.monotonic() - begun, doubts

    async def end(self):
        self.workers.end()
        await self.town.engine.dispose()
        self.valkey.stop()
        self.postgres.stop()
        self.post.stop()


async def main(times, seed):
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="ksr-chaos-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        broker = dramatiq.get_broker()
        chaos = Chaos(Path(name), random.Random(seed))
        try:
            await chaos.town.found(applications=APPLICATIONS)
            for n in range(times):
                who, phase, left, run, all_of_it, doubts = await chaos.once()
                print(
                    f"{n + 1:3} {who:13} at {phase:8} {left:3} mails;"
                    f" run {run:5.1f} s, all {all_of_it:5.1f} s, in doubt so far {doubts}",
                    flush=True,
                )
        finally:
            await chaos.end()
            dramatiq.set_broker(broker)


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    asyncio.run(main(words[0] if words else 20, words[1] if words[1:] else time.time_ns() % 10**6))
