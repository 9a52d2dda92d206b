"""The harness's own session with the database, as its superuser: it looks on while the others are killed."""

from collections.abc import Sequence
from typing import Any

import psycopg


class Session:
    """Statements outside transactions; one that meets a restarted server is put to it once more."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what ``statement`` returns, nothing if it returns no rows."""
        try:
            return self._rows(statement, values)
        except psycopg.OperationalError:
            self.close()
            return self._rows(statement, values)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        cursor = self._connection.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []
