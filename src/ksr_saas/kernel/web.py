"""Answers: a page for everybody, a block of it for htmx, and refusals in the same dress."""

import hashlib
import logging
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from traceback import format_tb
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2_fragments.litestar import HTMXBlockTemplate
from litestar import Request
from litestar.exceptions import HTTPException
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from litestar.response.base import ASGIResponse
from markupsafe import Markup

from ksr_saas.kernel import i18n
from ksr_saas.kernel.errors import (
    N_,
    Forbidden,
    KsrError,
    LoginNeeded,
    NotFound,
    ReadOnly,
    TooLarge,
)
from ksr_saas.kernel.forms import Problems
from ksr_saas.kernel.resources import share
from ksr_saas.kernel.visit import KEY, City, visit_of

log = logging.getLogger("ksr.web")
MACHINE_MADE = re.compile(r"[0-9a-f-]{36,}|tak|nie|[a-z]+-\d{4}")
STATIC = Path(__file__).parents[1] / "static"
DEEPEST = 8  # causes told of one fault


class Fault(KsrError):
    """Something of ours broke; what was sent before is kept, what was being sent is not."""

    status = 500
    code = "fault"
    title = N_("Coś poszło nie tak po naszej stronie")
    message = N_(
        "To nie Twoja wina. Wszystko, co zostało zapisane wcześniej, jest bezpieczne. "
        "Spróbuj jeszcze raz za chwilę."
    )


class BadRequest(KsrError):
    """The request cannot be read."""

    status = 400
    code = "bad-request"
    title = N_("Nie udało się odczytać formularza")
    message = N_("Wróć do formularza, odśwież stronę i wyślij go jeszcze raz.")


class NoSuchMethod(BadRequest):
    """The address exists, the way of calling it does not."""

    status = 405
    code = "no-such-method"


@cache
def static_version() -> str:
    """A short hash of every static file: addresses change when content does."""
    found = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            found.update(file.relative_to(STATIC).as_posix().encode())
            found.update(file.read_bytes())
    return found.hexdigest()[:12]


def static(path: str) -> str:
    """Address of a static file; it may be cached for ever."""
    return f"/static/{static_version()}/{path}"


@lru_cache(maxsize=4096)
def _pattern(lang: str, words: str) -> Markup:
    return Markup(i18n.catalogue(lang).gettext(words) if words else "")


@lru_cache(maxsize=4096)
def _sentence(lang: str, words: str) -> Markup:
    return _pattern(lang, words) % {}


def _gettext(words: str, /, **values: Any) -> Markup:
    """What jinja2 calls newstyle, without its detours: a page asks some fifty times."""
    lang = i18n.language.get()
    return _pattern(lang, words) % values if values else _sentence(lang, words)


def _ngettext(one: str, many: str, n: int, /, **values: Any) -> Markup:
    return Markup(i18n.ngettext(one, many, n)) % ({"num": n} | values)


@pass_context
def _csrf(context: Context) -> Markup:
    return Markup(context.get("csrf_input", ""))


def polish(caller: Callable[[], Markup]) -> Markup:
    """What the caller holds in Polish, the language of an office's papers."""
    with i18n.speaking("pl"):
        return caller()


def environment() -> Environment:
    """The one template environment: escaping always, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(share("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext}
    made.globals |= {"static": static, "csrf": _csrf, "polish": polish}
    made.filters |= {
        "moment": i18n.moment,
        "brief": i18n.brief,
        "day": i18n.day,
        "figure": i18n.figure,
        "points": i18n.points,
        "local": i18n.in_language,
    }
    # A block rendered alone does not run the imports at the top of its template.
    made.globals["ui"] = made.get_template("shared/macros.html").module
    made.globals["words"] = made.get_template("shared/words.html").module
    return made


def other_languages(request: Request[Any, Any, Any]) -> dict[str, str]:
    """By language, a link to this very page in it: a filter or a way back is not lost."""
    asked = parse_qsl(request.url.query, keep_blank_values=True)
    kept = [(name, value) for name, value in asked if name != "jezyk"]
    return {lang: f"?{urlencode([*kept, ('jezyk', lang)])}" for lang in i18n.LANGUAGES}


def worn(city: City) -> dict[str, Any]:
    """What a page needs to look like a city: its styles and its crest are addresses.

    The colours stand in the address, so that a browser that kept the old ones never shows them.
    """
    colours = "-".join(one[1:] for one in (city.brand, city.brand_ink, city.brand_soft))
    return {
        "city": city,
        "brand_css": f"/marka.css?barwy={colours}",
        "crest": city.crest if city.crest.startswith("/") else static(city.crest),
    }


def shown(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What every template knows: the city, the language, who is signed in, where we are."""
    visit = visit_of(request.scope)
    return worn(visit.city) | {
        "lang": i18n.language.get(),
        "in_language": other_languages(request),
        "who": visit.actor.shown() if visit.actor else None,
        "path": request.scope["path"],
        "now": request.app.state.clock.now(),
        "demo": request.app.state.demo,
    }


class Kept(HTMXBlockTemplate):
    """A page that the browser keeps and asks about: unchanged, it is answered 304 and no body."""

    def to_asgi_response(
        self, app: Any, request: Request[Any, Any, Any], **rest: Any
    ) -> ASGIResponse:
        """The page with an ETag of what it says, weak because it travels compressed."""
        made: ASGIResponse = super().to_asgi_response(app, request, **rest)
        tag = f'W/"{hashlib.sha256(made.body).hexdigest()[:24]}"'
        made.headers["etag"] = tag
        made.headers["cache-control"] = "private, no-cache"
        if tag not in (one.strip() for one in request.headers.get("if-none-match", "").split(",")):
            return made
        told = {name: made.headers[name] for name in ("etag", "cache-control", "vary")}
        return ASGIResponse(status_code=304, headers=told)


def page(
    request: Request[Any, Any, Any],
    template: str,
    block: str | None = None,
    *,
    status: int = 200,
    kept: bool = False,
    **context: Any,
) -> HTMXBlockTemplate:
    """The page, or only its `block` when htmx asks and there is one.

    One that holds nothing of a person may be `kept` by whoever is not signed in.
    """
    partial = block if block and "hx-request" in request.headers else None
    made_as = Kept if kept and visit_of(request.scope).actor is None else HTMXBlockTemplate
    return made_as(
        template_name=template,
        block_name=partial,
        context=shown(request) | context,
        status_code=status,
        headers={"Vary": "HX-Request, Cookie"},
    )


def form_page(
    request: Request[Any, Any, Any], template: str, problems: Problems, **context: Any
) -> HTMXBlockTemplate:
    """A page with a form: 422 when it comes back with problems, of which `errors` are by field."""
    return page(
        request,
        template,
        status=422 if problems else 200,
        problems=problems,
        errors=problems.by_field(),
        **context,
    )


def answer(
    request: HTMXRequest, template: str, block: str, *, to: str | None = None, **context: Any
) -> HTMXBlockTemplate | Redirect:
    """After a deed: the changed block for htmx, for everybody else the way to the page."""
    if to and "hx-request" not in request.headers:
        return Redirect(to, status_code=303)
    return page(request, template, block, **context)


def go(to: str) -> Redirect:
    """To another page after a form was posted (303: the browser asks with GET)."""
    return Redirect(to, status_code=303)


SEND_AGAIN = (LoginNeeded, ReadOnly, Fault)
SHORTEST_KEPT = 3


def worth_keeping(typed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """What a person wrote in a refused form; ids and ticks of the page itself are left out."""
    return tuple(
        value
        for _, value in typed
        if len(value.strip()) >= SHORTEST_KEPT and not MACHINE_MADE.fullmatch(value)
    )


def came_from(request: Request[Any, Any, Any]) -> str:
    """The page of ours on which a refused form stood; the start page where that is not known."""
    page = urlsplit(request.headers.get("referer", ""))
    ours = page.netloc == request.headers.get("host", "").lower() and request.method != "GET"
    local = page.path.startswith("/") and not page.path.startswith("//")
    return page.path if ours and local else "/"


def refuse(request: Request[Any, Any, Any], error: KsrError) -> Response[Any]:
    """The refusal as a whole page, or as a fragment for the #problem of the page that asked."""
    if KEY not in request.scope:  # the process itself was asked, at no municipality's address
        return Response(error.code, status_code=error.status, media_type="text/plain")
    htmx = "hx-request" in request.headers
    if isinstance(error, LoginNeeded) and request.method == "GET":
        to = f"/logowanie?dokad={request.url.path}"
        return (
            Response(content="", headers={"HX-Redirect": to}, status_code=401)
            if htmx
            else Redirect(to, status_code=303)
        )
    visit = visit_of(request.scope)
    later = isinstance(error, SEND_AGAIN)
    context = shown(request) | {
        "typed": visit.typed if later else (),
        "kept": () if later else worth_keeping(visit.typed),
        "error": {
            "status": error.status,
            "title": i18n._(error.title),
            "message": i18n._(error.message) % error.values,
            "next_step": i18n._(error.next_step),
            "back_href": came_from(request),
        },
    }
    return HTMXBlockTemplate(
        template_name="shared/problem.html" if htmx else "shared/refusal.html",
        re_target="#problem" if htmx else None,
        re_swap="innerHTML" if htmx else None,
        context=context,
        status_code=error.status,
    )


KNOWN: dict[int, type[KsrError]] = {
    401: LoginNeeded,
    403: Forbidden,
    404: NotFound,
    405: NoSuchMethod,
    413: TooLarge,
}


def refuse_http(request: Request[Any, Any, Any], problem: HTTPException) -> Response[Any]:
    """The framework's own refusals in the words of the house."""
    if problem.status_code >= 500:
        return fault(request, problem)
    return refuse(request, KNOWN.get(problem.status_code, BadRequest)())


def fault(request: Request[Any, Any, Any], problem: Exception) -> Response[Any]:
    """A fault of ours: logged once, here, without a value that could be personal."""
    log.error(
        "fault at %s %s: %s",
        request.method,
        request.scope.get("path_template", "?"),
        type(problem).__name__ if request.app.state.quiet else outline(problem),
    )
    return refuse(request, Fault())


def outline(problem: BaseException) -> str:
    """Of what kind a fault is and where it came about, with what caused it.

    Its message is left out: PostgreSQL and its driver quote the values they refuse.
    """
    parts: list[str] = []
    one: BaseException | None = problem
    while one is not None and len(parts) < DEEPEST:
        parts.append(f"{type(one).__name__}\n{''.join(format_tb(one.__traceback__))}")
        one = one.__cause__ or one.__context__
    return "from ".join(parts)
