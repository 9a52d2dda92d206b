"""Pages of the back-office asked for as somebody, and what a machine takes for any page at all."""

import contextlib
import gc
from collections.abc import Iterator
from importlib import import_module
from statistics import quantiles
from typing import Final

from django.conf import settings
from django.test import Client, override_settings

from benchmarks.common import timed
from core.models import User

EMPTY: Final = "/admin/password_change/"  # a page of the same house with nothing on it
PLAIN_FILES: Final = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # the manifest is a release's


@contextlib.contextmanager
def signed_in(user: User) -> Iterator[Client]:
    """Return a browser in which ``user`` has signed in, to a server that has loaded all it needs."""
    import_module(settings.ROOT_URLCONF)  # it starts as config.wsgi does
    gc.collect()
    gc.freeze()
    files = {**settings.STORAGES, "staticfiles": PLAIN_FILES}
    with override_settings(STORAGES=files, ALLOWED_HOSTS=["testserver"], SECOND_FACTOR=False):
        client = Client()
        client.force_login(user)
        yield client


def seconds_of_empty_page(client: Client) -> float:
    """Return what a page with nothing on it takes now."""
    with timed() as watch:
        client.get(EMPTY)
    return watch.seconds


def p95_ms(seconds: list[float]) -> float:
    """Return the time in milliseconds that nineteen of twenty requests did not exceed."""
    return quantiles(seconds, n=20, method="inclusive")[-1] * 1000
