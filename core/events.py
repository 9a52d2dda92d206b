"""The base of tables that only grow: what was written stays as it was written."""

from typing import Any

from django.db import models


class AppendOnlyModel(models.Model):
    """A row that can be added and read, never changed or removed; the application's role lacks the rights too."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} rows are never removed")
