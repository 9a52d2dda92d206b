"""The test database is made by the owner; the tests run as the application's role, which owns nothing."""

import fcntl
import os
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection, transaction

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


def pytest_xdist_auto_num_workers():
    """Return three workers for two cores: many a test waits for a browser or for other processes."""
    return (os.cpu_count() or 1) * 3 // 2


@contextmanager
def one_worker_at_a_time(folder):
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker, worker_id, tmp_path_factory):
    """Let the first of several workers make the tables, and each copy its database from there: migrating takes long."""
    if worker_id == "master":
        yield
        return
    database, folder = connection.settings_dict, tmp_path_factory.getbasetemp().parent
    kept, own, template = database["NAME"], database["TEST"]["NAME"], f"test_template_{folder.name}"
    is_maker = False
    with one_worker_at_a_time(folder):
        if not (folder / "template.made").exists():
            is_maker = True
            database["TEST"]["NAME"] = template
            with django_db_blocker.unblock():
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                connection.close()
            (folder / "template.made").touch()
    database["TEST"] |= {"NAME": own, "TEMPLATE": template, "MIGRATE": False}
    settings.DATABASES["default"]["NAME"] = database["NAME"] = kept
    yield
    if is_maker:
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(template)}")


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


@pytest.fixture(scope="module")
def for_the_module(django_db_setup, django_db_blocker):
    """Let a fixture write rows once for its module: each test finds them as written, and they go with the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
