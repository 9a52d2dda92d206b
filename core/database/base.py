"""The backend that settings name as ``core.database``; Django asks for this module."""

from django.db.backends.postgresql import base

from core import acting, confirmation


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL; each outermost transaction begins by saying for whom it is, and no process works with wrong keys."""

    def init_connection_state(self) -> None:
        super().init_connection_state()
        confirmation.confirm_once(self)

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - Django's signature
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs leave it out
        if not autocommit:
            acting.announce(self)
