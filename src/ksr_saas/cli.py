"""`ksr`: the program's commands."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points

HELP = """ksr - electronic school recruitment for municipalities

  ksr serve                         serve the web (needs DATABASE_URL and REDIS_URL)
  ksr worker                        run background work (needs the same)
  ksr municipality create SLUG      make a municipality from tenants/SLUG
  ksr municipality list             what municipalities there are
  ksr municipality migrate [SLUG]   bring schemas to the newest revision
  ksr municipality eid VERB SLUG …  register with login.gov.pl, or a provider of staff (docs/eid.md)
  ksr municipality invite SLUG …    the first administrator: E-MAIL GIVEN-NAME FAMILY-NAME
  ksr streets SLUG FILE             points of streets, for distances (street,first,last,lat,lon)
  ksr rulebook check PLACE          what is wrong with a rulebook and its timetable
  ksr offer import CITY CAMPAIGN FILE [--dry-run] [--accept] [--remove] [--reason TEXT]
                                    an offer from CSV or XLSX: all of it or nothing
  ksr institutions import CITY FILE [--dry-run]
                                    institutions as the register of schools (RSPO) has them
  ksr audit verify SLUG [--json] [--head NUMBER:SHA256]
                                    is the record of acts still what was sealed?
  ksr audit head SLUG               the newest seal, to be kept elsewhere
  ksr keys rotate SLUG              seal everything under a new key while the service runs
  ksr console invite E-MAIL [NAME]  a link for a person of the vendor's to register a passkey
  ksr console list | close E-MAIL   who may sign in at the vendor's console
  ksr demo run                      a working city, with everything it needs
  ksr demo accounts [--json]        who can sign in to the demonstration

Settings are read from the environment:
  KSR_ENV production|demo|test   KSR_HOME folder (.ksr)   KSR_PORT 8000   KSR_HOST localhost
  KSR_SECRET at least 32 characters   KSR_SCHEME https|http   DATABASE_URL   REDIS_URL
  KSR_PROXIES addresses of the proxies in front, so that tries to sign in are counted by client
  KSR_CONSOLE_NETWORKS from where the vendor's console may be reached (everywhere)
"""


def serve(arguments: list[str]) -> int:
    """Serve the web with granian until stopped."""
    from granian import Granian
    from granian.constants import Interfaces

    from ksr_saas import serving
    from ksr_saas.settings import BadSettings, Settings

    if arguments:
        sys.stderr.write("usage: ksr serve\n")
        return 2
    try:
        settings = Settings.from_env()
    except BadSettings as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    # Before the workers are forked: they start at once then, and share the memory.
    import_module(serving.wanted().partition(":")[0])
    os.register_at_fork(after_in_child=serving.hold_stop)
    Granian(
        "ksr_saas.serving:worker",
        address=os.environ.get("KSR_LISTEN", "127.0.0.1"),
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=int(os.environ.get("KSR_WORKERS", "1")),
        respawn_failed_workers=True,
        factory=True,
        log_access=False,
        workers_kill_timeout=20,
    ).serve()
    return 0


def main() -> None:
    """Run the command named on the command line; its return value is the exit status."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(HELP)
        sys.exit(0)
    name, rest = arguments[0], arguments[1:]
    if name == "serve":
        sys.exit(serve(rest))
    if name == "console":
        from ksr_saas.console.commands import console

        sys.exit(console(rest))
    found = entry_points(group="ksr.commands", name=name)
    if not found:
        sys.stderr.write(f"There is no command {name}. `ksr help` lists them.\n")
        sys.exit(2)
    command: Callable[[list[str]], int] = next(iter(found)).load()
    sys.exit(command(rest))
