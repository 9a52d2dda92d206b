from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Let no message about a case reach, or stay before, anybody who has no part in it."""
        from cases import tasks  # noqa: F401, PLC0415 - models are there from now on
        from cases.reports.recusals import recused_people  # noqa: PLC0415 - the same
        from centers.services.deliver import KEPT_FROM  # noqa: PLC0415 - the same

        KEPT_FROM.append(recused_people)
