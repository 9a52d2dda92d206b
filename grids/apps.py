from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    name = "grids"
    verbose_name = _("Grids and rosters")

    def ready(self) -> None:
        from grids import tasks  # noqa: F401, PLC0415 - models are there from now on
