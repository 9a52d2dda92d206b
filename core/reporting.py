"""What logs and error reports say of an error: where it arose and of what kind, never what it was about.

The text of an exception may quote a telephone number, a failing row or a name; a frame's variables surely do.
"""

import copy
import logging
import traceback
from collections.abc import ItemsView, Iterator, Mapping
from types import TracebackType
from typing import Any, Final

from django.db import Error as AnyDatabaseError
from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
HEADERS_TOLD: Final = {"REQUEST_METHOD", "PATH_INFO", "SERVER_NAME", "SERVER_PORT", "CONTENT_TYPE", "CONTENT_LENGTH"}


def kind_of(error: BaseException) -> str:
    """Return the class of an error; of the database's also its code and the constraint, which quote no row."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    cause = getattr(error.__cause__, "diag", None) if isinstance(error, AnyDatabaseError) else None
    told = " ".join(filter(None, (getattr(cause, "sqlstate", None), getattr(cause, "constraint_name", None))))
    return f"{name} [{told}]" if told else name


class LineFormatter(logging.Formatter):
    """A line for each record, and under it the places that an error came through."""

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # another handler may have put the error's words there
        if own.exc_info and isinstance(own.args, Mapping) and "exc" in own.args:  # Celery's word on a failed task
            own.args = {**own.args, "exc": kind_of(own.exc_info[1]) if own.exc_info[1] else "", "traceback": ""}
        return super().format(own)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - logging's name
        return "\n".join(_told(ei[1])) if ei[1] else ""


class Filter(SafeExceptionReporterFilter):
    """Hides all that came with a request, and every variable, whether in debug mode or not."""

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        return {name: value for name, value in request.META.items() if name in HEADERS_TOLD} if request else {}

    def get_safe_cookies(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.COOKIES, self.cleansed_substitute) if request else {}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request else {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> ItemsView[str, Any]:  # noqa: ARG002 - Django's signature
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()


class Reporter(ExceptionReporter):
    """Django's report of an error without the words of errors and what a request asked for."""

    def get_traceback_data(self) -> dict[str, Any]:
        told = super().get_traceback_data()
        kind = kind_of(self.exc_value) if self.exc_value else ""
        told |= {"exception_value": kind, "exception_notes": "", "unicode_hint": "", "user_str": ""}
        if self.request:
            hidden = dict.fromkeys(self.request.GET, self.filter.cleansed_substitute)
            told |= {
                "request_GET_items": hidden.items(),
                "request_FILES_items": (),
                "request_insecure_uri": self.request.path,
            }
        return told

    def get_traceback_frames(self) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = super().get_traceback_frames()
        for frame in frames:
            if cause := frame.get("exc_cause"):
                frame["exc_cause"] = kind_of(cause)
        return frames


def _told(error: BaseException) -> Iterator[str]:
    """Yield the lines on an error, those on what it arose from first."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _told(earlier)
        yield "which led to:"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield kind_of(error)
