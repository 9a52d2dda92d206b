"""Paging that never counts an archive: totals are capped, and say so."""

from functools import cached_property
from typing import Final

from django.core.paginator import Paginator

COUNT_CAP: Final = 1000


class CappedPaginator(Paginator):
    """Counts at most one row more than it will admit to; the template shows "1,000+" for that."""

    @cached_property
    def count(self) -> int:
        queryset = self.object_list
        return len(queryset.order_by().values_list("pk", flat=True)[: COUNT_CAP + 1])  # type: ignore[attr-defined]  # a queryset, in the admin
