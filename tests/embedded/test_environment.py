import base64
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from psycopg.conninfo import conninfo_to_dict

from embedded import environment, paths
from embedded.environment import Needed

RINGS = ("PERSONAL_DATA_KEYS", "IDENTITY_KEYS", "FILE_KEYS")


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    environment.stored_secrets(tmp_path / "secrets.env")
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_secrets_stay_the_same_at_the_next_start(tmp_path: Path) -> None:
    first = environment.stored_secrets(tmp_path / "secrets.env")
    assert environment.stored_secrets(tmp_path / "secrets.env") == first


def test_a_secret_that_the_file_lacks_is_added_to_it(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("SECRET_KEY=kept\n")
    assert environment.stored_secrets(file)["SECRET_KEY"] == "kept"
    assert {*environment.stored_secrets(file)} == {"SECRET_KEY", *RINGS, "LOOKUP_KEY"}


def test_keys_hold_32_bytes(tmp_path: Path) -> None:
    secrets = environment.stored_secrets(tmp_path / "secrets.env")
    ids, keys = zip(*(secrets[ring].split(":") for ring in RINGS), strict=True)
    assert ids == ("k1", "k1", "k1")
    assert {len(base64.b64decode(one, validate=True)) for one in (*keys, secrets["LOOKUP_KEY"])} == {32}
    assert len({*keys, secrets["LOOKUP_KEY"]}) == 4


@pytest.mark.usefixtures("no_urls")
def test_database_urls_name_the_socket_and_one_role_each(state: Path) -> None:
    urls = environment.defaults()
    common = {"host": str(state / "run" / "postgres"), "dbname": "maplebridge"}
    assert conninfo_to_dict(urls["DATABASE_URL"]) == common | {"user": "maplebridge_app"}
    assert conninfo_to_dict(urls["DATABASE_OWNER_URL"]) == common | {"user": "maplebridge_owner"}


@pytest.mark.usefixtures("no_urls")
def test_redis_url_names_the_socket(state: Path) -> None:
    parts = urlsplit(environment.defaults()["REDIS_URL"])
    assert (parts.scheme, unquote(parts.path), parts.query) == ("unix", str(state / "run/valkey/valkey.sock"), "db=0")


@pytest.mark.usefixtures("no_urls")
def test_defaults_write_nothing(state: Path) -> None:
    environment.defaults()
    assert list(state.iterdir()) == []


@pytest.mark.usefixtures("no_urls")
def test_with_both_urls_given_nothing_is_needed_and_no_secret_is_made(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db/maplebridge")
    monkeypatch.setenv("REDIS_URL", "redis://broker/0")
    assert environment.load() == Needed(postgres=False, valkey=False)
    assert list(state.iterdir()) == []
    assert "SECRET_KEY" not in os.environ


@pytest.mark.usefixtures("no_urls", "state")
def test_with_a_database_given_only_valkey_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db/maplebridge")
    assert environment.needed() == Needed(postgres=False, valkey=True)
    assert set(environment.defaults()) == {"REDIS_URL"}


@pytest.mark.usefixtures("no_urls", "state")
def test_with_a_broker_given_only_postgres_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://broker/0")
    assert environment.needed() == Needed(postgres=True, valkey=False)
    assert set(environment.defaults()) == {"DATABASE_URL", "DATABASE_OWNER_URL"}


def test_a_socket_path_is_short_enough_for_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_STATE_DIR", "/srv/" + "long/" * 20)
    assert len(str(paths.socket_dir("postgres") / ".s.PGSQL.5432")) < 107


@pytest.mark.parametrize(("demo", "made"), [("true", True), ("", False)])
def test_with_both_servers_given_only_a_demo_makes_secrets(monkeypatch, tmp_path, demo, made):
    given = {"DATABASE_URL": "postgresql://a@db/x", "REDIS_URL": "redis://r", "LOCAL_STATE_DIR": str(tmp_path)}
    for name, value in {**given, "DEMO": demo}.items():
        monkeypatch.setenv(name, value)
    for name in ("SECRET_KEY", *RINGS, "LOOKUP_KEY"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    assert not environment.load()
    assert paths.secrets_file().exists() == made
