"""A member of staff with a browser without script."""

import http.cookiejar
import time
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pyotp

PERIOD = 30  # seconds that a code lasts


class Member:
    """Signed in by password and code; `ahead` says how many codes after the present one.

    Cookies made for TLS are kept and sent although nothing here speaks it.
    """

    def __init__(
        self, port: int, host: str, login: str, password: str, totp: str, *, ahead: int = 0
    ) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.host = f"{host}:{port}"
        policy = http.cookiejar.DefaultCookiePolicy(
            strict_ns_domain=0, secure_protocols=("http", "https")
        )
        self.kept = http.cookiejar.CookieJar(policy)
        self.web = build_opener(HTTPCookieProcessor(self.kept))
        self.get("/pracownik/logowanie")
        self.post("/pracownik/logowanie", login=login, haslo=password)
        code = pyotp.TOTP(totp).at(int(time.time()) + ahead * PERIOD)
        self.home, _ = self.post("/pracownik/logowanie/kod", kod=code)

    def get(self, path: str) -> tuple[str, str]:
        """Address and text of a page."""
        with self.web.open(Request(self.base + path, headers={"Host": self.host})) as answer:
            return answer.geturl(), answer.read().decode()

    def post(self, path: str, **fields: str) -> tuple[str, str]:
        """A form; the page it leads to."""
        token = next((one.value for one in self.kept if one.name.endswith("ksr-csrf")), "")
        body = urlencode({"_csrf_token": token, **fields}).encode()
        asked = Request(self.base + path, data=body, headers={"Host": self.host})
        with self.web.open(asked) as answer:
            return answer.geturl(), answer.read().decode()
