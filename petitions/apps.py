from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PetitionsConfig(AppConfig):
    """The petition procedure of a case."""

    name = "petitions"
    verbose_name = _("Petitions")

    def ready(self) -> None:
        """Take up the desks of a petition office."""
        from cases.reports import register_desks  # noqa: PLC0415 - models are there from now on
        from petitions.reports.desks import DESKS  # noqa: PLC0415 - the same

        register_desks(DESKS)
