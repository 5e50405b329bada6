"""Everything the environment decides, read once."""

import hashlib
import hmac
import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

ENVIRONMENTS = ("production", "demo", "test")


class BadSettings(Exception):
    """The environment cannot be right; the text says which variable and why."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How this process runs. `database_url` is the administrator's; the web never uses it as is.

    `proxies` are addresses or networks, comma-separated, whose X-Forwarded-For names the client;
    empty means that nobody's does. `console_networks` are those from which the vendor's console may
    be reached, written the same way; empty means all.
    """

    environment: str
    home: Path
    database_url: str
    redis_url: str
    secret: str
    port: int = 8000
    base_host: str = "localhost"
    scheme: str = "http"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8025
    mail_from: str = "rekrutacja@ksr.invalid"
    proxies: str = ""
    console_networks: str = ""

    @classmethod
    def from_env(cls, **found: object) -> "Settings":
        """Settings of the environment; `found` holds what the caller has started itself.

        Raises BadSettings for a missing address, an unknown environment, plain HTTP in production,
        or networks that are none.
        """
        environment = os.environ.get("KSR_ENV", "production")
        if environment not in ENVIRONMENTS:
            raise BadSettings(f"KSR_ENV must be one of {', '.join(ENVIRONMENTS)}.")
        home = home_folder()
        database = found.get("database_url") or os.environ.get("DATABASE_URL")
        redis = found.get("redis_url") or os.environ.get("REDIS_URL")
        if not database or not redis:
            raise BadSettings("DATABASE_URL and REDIS_URL are not set.")
        port = wanted_port()
        settings = cls(
            environment=environment,
            home=home,
            database_url=str(database),
            redis_url=str(redis),
            secret=os.environ.get("KSR_SECRET") or stored_secret(home, environment),
            port=port,
            base_host=os.environ.get("KSR_HOST", "localhost"),
            scheme=os.environ.get("KSR_SCHEME", "http" if environment != "production" else "https"),
            smtp_host=os.environ.get("KSR_SMTP_HOST", "127.0.0.1"),
            smtp_port=int(os.environ.get("KSR_SMTP_PORT", "8025")),
            mail_from=os.environ.get("KSR_MAIL_FROM", "rekrutacja@ksr.invalid"),
            proxies=os.environ.get("KSR_PROXIES", ""),
            console_networks=os.environ.get("KSR_CONSOLE_NETWORKS", ""),
        )
        if settings.is_production and settings.scheme != "https":
            raise BadSettings("KSR_SCHEME must be https in production.")
        for name, listed in (
            ("KSR_PROXIES", settings.proxies),
            ("KSR_CONSOLE_NETWORKS", settings.console_networks),
        ):
            try:
                networks(listed)
            except ValueError as problem:
                raise BadSettings(f"{name}: {problem}") from None
        if len(settings.secret) < 32:
            raise BadSettings("KSR_SECRET must have at least 32 characters.")
        return settings

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS, so that cookies may be `Secure`."""
        return self.scheme == "https"

    def derive(self, purpose: str) -> str:
        """A secret for one purpose, hexadecimal; different purposes never share one."""
        return hmac.new(self.secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()

    def login_url(self, role: str) -> str:
        """Database address for the login role `role`, whose password is derived from the secret."""
        parts = urlsplit(self.database_url)
        at = parts.netloc.rpartition("@")[2]
        password = quote(self.derive(f"login:{role}"))
        return urlunsplit(parts._replace(netloc=f"{role}:{password}@{at}"))

    def address(self, host: str, path: str = "/") -> str:
        """Absolute address of `path` on `host`, as browsers know it."""
        usual = 443 if self.secure else 80
        port = "" if self.port == usual or self.secure else f":{self.port}"
        return f"{self.scheme}://{host}{port}{path}"


def networks(listed: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Comma-separated addresses and networks; empty when there are none. Raises ValueError."""
    return tuple(ipaddress.ip_network(one.strip()) for one in listed.split(",") if one.strip())


def wanted_port() -> int:
    """Port of the web (KSR_PORT, by default 8000). Raises BadSettings."""
    port = os.environ.get("KSR_PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadSettings("KSR_PORT must be a number between 1 and 65535.")
    return int(port)


def home_folder() -> Path:
    """Folder of everything the program keeps on disk (KSR_HOME, by default .ksr)."""
    return Path(os.environ.get("KSR_HOME", ".ksr")).resolve()


def stored_secret(home: Path, environment: str) -> str:
    """The secret kept under `home`, made on first use; production must bring its own."""
    if environment == "production":
        raise BadSettings("KSR_SECRET is not set.")
    file = home / "secrets" / "application"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_hex(32))
    return file.read_text()
