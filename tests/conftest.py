"""The test database is made by the owner; the tests run as the application's role, which owns nothing."""

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection

import config.urls  # noqa: F401 - finds the pages, which some tests count
from tests.factories import make_house
from tests.outside.gateway import gateway  # noqa: F401 - a fixture
from tests.outside.mail_server import mail_server  # noqa: F401 - a fixture
from tests.outside.provider import provider  # noqa: F401 - a fixture

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a test signs in a hundred times
settings.SECOND_FACTOR = False  # the tests of the door turn it on

OF_THE_CODE = {"auth_permission", "django_content_type"}  # a flush leaves them: making them anew takes half a second


def end_other_sessions():
    """End what a thread or a killed process left in the test database, which is dropped only when nobody is in it."""
    with connection.cursor() as cursor:
        for role in (settings.DATABASE_APP_ROLE, connection.settings_dict["USER"]):
            cursor.execute(f"RESET ROLE; SET ROLE {role}")
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = %s AND pid <> pg_backend_pid()",
                [role],
            )


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
        sql_flush, announce = operations.sql_flush, flush.emit_post_migrate_signal

        def flush_as_owner(self, style, tables, **told):  # the application's role may not truncate
            statements = sql_flush(self, style, [table for table in tables if table not in OF_THE_CODE], **told)
            return ["RESET ROLE;", *statements, f"SET ROLE {settings.DATABASE_APP_ROLE};"]

        operations.sql_flush, flush.emit_post_migrate_signal = flush_as_owner, lambda *_args, **_told: None
        yield
        operations.sql_flush, flush.emit_post_migrate_signal = sql_flush, announce
        end_other_sessions()
        connection.close()
        options.pop("assume_role")
        options["options"] = kept


@pytest.fixture
def house(db):
    """Return a small city with people in office, its calendar and its rules."""
    return make_house()
