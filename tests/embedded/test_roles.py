import os
from urllib.parse import unquote

import psycopg
import pytest
from psycopg.rows import dict_row

from embedded import paths
from embedded.postgres import APPLICATION, DATABASE, OWNER, SUPERUSER

pytestmark = pytest.mark.skipif(
    str(paths.socket_dir("postgres")) not in unquote(os.environ.get("DATABASE_URL", "")),
    reason="DATABASE_URL names another PostgreSQL",
)

NO_POWERS = {
    "rolcanlogin": True,
    "rolsuper": False,
    "rolcreatedb": False,
    "rolcreaterole": False,
    "rolreplication": False,
    "rolbypassrls": False,
}


def connect(user: str, database: str = DATABASE) -> psycopg.Connection:
    return psycopg.connect(host=str(paths.socket_dir("postgres")), user=user, dbname=database, autocommit=True)


def attributes(role: str) -> dict[str, bool]:
    with connect(SUPERUSER) as connection, connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute("SELECT * FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    assert row is not None
    return {name: row[name] for name in NO_POWERS}


def test_the_application_may_log_in_and_nothing_else() -> None:
    assert attributes(APPLICATION) == NO_POWERS


def test_the_owner_may_also_create_databases() -> None:
    assert attributes(OWNER) == NO_POWERS | {"rolcreatedb": True}


def test_the_database_belongs_to_the_owner() -> None:
    with connect(SUPERUSER) as connection:
        query = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s"
        assert connection.execute(query, [DATABASE]).fetchone() == (OWNER,)


def test_the_application_owns_nothing_and_cannot_make_a_table() -> None:
    with connect(APPLICATION) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine (id int)")


def test_the_owner_can_act_as_the_application_without_inheriting_its_rights() -> None:
    with connect(OWNER) as connection:
        connection.execute(f"SET ROLE {APPLICATION}")
        assert connection.execute("SELECT current_user").fetchone() == (APPLICATION,)
        connection.execute("RESET ROLE")
        assert connection.execute("SELECT pg_has_role(%s, 'USAGE')", [APPLICATION]).fetchone() == (False,)


def test_the_application_cannot_become_the_owner() -> None:
    with connect(APPLICATION) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SET ROLE {OWNER}")


def test_trigrams_of_chinese_are_not_empty() -> None:
    with connect(OWNER) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        row = connection.execute("SELECT cardinality(show_trgm('北京市朝阳区'))").fetchone()
    assert row == (7,)
