import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from redis import RedisError

from core import acting
from core.audit import Origin, coming_from, session_hash
from core.door.addresses import exact_address
from core.once import kept_meanwhile

BUSY: Final = 503
RETRY_SECONDS: Final = 10
AWAY: Final = (OperationalError, InterfaceError, RedisError)
SERVER_ERROR: Final = 500
LOOKS: Final = frozenset({"GET", "HEAD"})

logger: Final = logging.getLogger(__name__)


class RefuseNulMiddleware:
    """Answer 400 to a URL with a NUL character in it: no text column can hold one, and no link of ours has one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in URL")
        return self.get_response(request)


class OfficeLanguageMiddleware:
    """Speak the office's language unless the user chose another one: a browser's preference does not count."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            # admin views answer with a TemplateResponse, which renders after the view but still inside this block
            response.headers.setdefault("Content-Language", language)
        return response


class BusyMiddleware:
    """Answer 503 in plain words when a server behind the page is away, or somebody holds a row for too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _busy(request, exception) if isinstance(exception, AWAY) else None


class TransactionMiddleware:
    """Give each request one transaction, rendering included, that says for whom it is.

    What fails leaves nothing behind: neither the act nor what was noted of it. A look reads once what it asks again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            with acting.as_person(request.user.pk), transaction.atomic(), _remembering(request):
                response = self.get_response(request)
                if response.status_code >= SERVER_ERROR:
                    transaction.set_rollback(True)
        except AWAY as error:
            return _busy(request, error)
        return response


class OriginMiddleware:
    """Let the audit trail know from where a request comes; its session is the one it has when the entry is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address, request_id = _address(request), uuid4().hex

        def origin() -> Origin:
            return Origin(address, session_hash(request.session.session_key), request_id)

        with coming_from(origin):
            return self.get_response(request)


def _address(request: HttpRequest) -> str | None:
    """Return the address of the visitor; None for a request that came past the trusted proxies."""
    try:
        return str(exact_address(request))
    except SuspiciousOperation:
        return None


def _remembering(request: HttpRequest) -> AbstractContextManager[None]:
    return kept_meanwhile() if request.method in LOOKS else nullcontext()


def _busy(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("no server for %s: %s", request.path, type(error.__cause__ or error).__name__)
    answer = render(request, "503.html", status=BUSY)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer
