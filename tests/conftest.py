"""The test database is made by the owner; the tests run as the application's role, which owns nothing."""

import pytest
from django.conf import settings
from django.db import connection

OWNER_ONLY = "the rows of a transactional test are cleared by the owner: the application's role may not truncate"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["OPTIONS"]["assume_role"] = settings.DATABASE_APP_ROLE
        flush = connection.ops.execute_sql_flush

        def flush_as_owner(statements):
            flush(["RESET ROLE;", *statements, f"SET ROLE {settings.DATABASE_APP_ROLE};"])

        connection.ops.execute_sql_flush = flush_as_owner
        yield
        connection.close()
        connection.settings_dict["OPTIONS"].pop("assume_role")
