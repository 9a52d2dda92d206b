"""What a list shows, in words."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def chosen_filters(changelist: Any) -> list[str]:
    """Return the filters that are set on a list of the admin, each as ``title: choice``."""
    chosen = []
    for spec in changelist.filter_specs:
        _everything, *choices = spec.choices(changelist)
        chosen += [f"{spec.title}: {choice['display']}" for choice in choices if choice.get("selected")]
    return chosen
