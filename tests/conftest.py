"""The test database is made by the owner; the tests run as the application's role, which owns nothing."""

import pytest
from django.conf import settings
from django.db import connection

import config.urls  # noqa: F401 - finds the pages, which some tests count
from tests.factories import make_house
from tests.outside.gateway import gateway  # noqa: F401 - a fixture
from tests.outside.mail_server import mail_server  # noqa: F401 - a fixture

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a test signs in a hundred times
settings.SECOND_FACTOR = False  # the tests of the door turn it on


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        connection.close()
        options = connection.settings_dict["OPTIONS"]
        options["assume_role"] = settings.DATABASE_APP_ROLE
        # A test looks at what came of it as the house; a page or a job under test says itself for whom it is.
        kept = options.get("options", "")
        options["options"] = f"{kept} -c maplebridge.sight=house"
        operations = type(connection.ops)  # the class: a thread with an event loop has a connection of its own
        flush = operations.execute_sql_flush

        def flush_as_owner(self, statements):  # the application's role may not truncate
            flush(self, ["RESET ROLE;", *statements, f"SET ROLE {settings.DATABASE_APP_ROLE};"])

        operations.execute_sql_flush = flush_as_owner
        yield
        operations.execute_sql_flush = flush
        connection.close()
        options.pop("assume_role")
        options["options"] = kept


@pytest.fixture
def house(db):
    """Return a small city with people in office, its calendar and its rules."""
    return make_house()
