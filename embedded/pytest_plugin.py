"""Give a test run servers of its own, started once, unless DATABASE_URL / REDIS_URL name others.

Loaded with ``-p embedded.pytest_plugin``, so that the environment is there before
pytest-django reads the settings. The test database is made by the owner role.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest

from embedded import environment, servers

STATIC_BACKEND: Final = "django.contrib.staticfiles.storage.StaticFilesStorage"

_resources: Final = contextlib.ExitStack()


def _set_environment() -> environment.Needed:
    os.environ["DATABASE_ROLE"] = "owner"
    os.environ.setdefault("STATICFILES_BACKEND", STATIC_BACKEND)
    if environment.needed():
        folder = Path(tempfile.mkdtemp(prefix="maplebridge-tests-"))
        folder.chmod(0o755)
        os.environ["LOCAL_STATE_DIR"] = str(folder)
        _resources.callback(shutil.rmtree, folder, ignore_errors=True)
    return environment.load()


_needed: Final = _set_environment()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the servers, except where no test will run and in the workers of pytest-xdist."""
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    _resources.enter_context(servers.running(_needed, durable=False))


def pytest_unconfigure() -> None:
    """Stop the servers and remove their files."""
    _resources.close()
