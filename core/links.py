"""The addresses of pages, for lists and messages with many of them."""

from functools import cache

from django.urls import reverse


@cache
def address_of(name: str) -> str:
    """Return the address of the page ``name``, such as ``admin:index``, which is that of no row."""
    return reverse(name)


def page_of(name: str, pk: int) -> str:
    """Return the address of the page ``name``, such as ``admin:cases_case_change``, of the row ``pk``."""
    return _page_of_zero(name).replace("/0/", f"/{pk}/", 1)


@cache
def _page_of_zero(name: str) -> str:
    """Return the address with 0 in the row's place: composing an address takes longer than reading the row."""
    return reverse(name, args=[0])
