from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PetitionsConfig(AppConfig):
    """The petition procedure of a case."""

    name = "petitions"
    verbose_name = _("Petitions")

    def ready(self) -> None:
        """Take up the desks of a petition office, and the papers of a petition."""
        from cases.enums import Procedure  # noqa: PLC0415 - translations are there from now on
        from cases.reports import register_desks  # noqa: PLC0415 - models are there from now on
        from cases.reports.papers import register_kinds  # noqa: PLC0415 - the same
        from petitions.reports.desks import DESKS  # noqa: PLC0415 - the same
        from petitions.reports.papers import KINDS  # noqa: PLC0415 - the same

        register_desks(DESKS)
        register_kinds(KINDS, procedure=Procedure.PETITION)
