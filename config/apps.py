"""How the back-office is loaded: its pages together with the addresses, for whoever has a use for them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class BackOfficeConfig(SimpleAdminConfig):
    """Django's admin, whose pages ``config/urls.py`` finds: commands that show none start in half the time."""

    default_site = "core.door.site.OfficeSite"

    def ready(self) -> None:
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_pages, checks.Tags.admin)


def check_pages(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check the pages as Django does, all of them, whether or not something else has loaded them."""
    admin.autodiscover()
    return list(check_admin_app(app_configs, **kwargs))
