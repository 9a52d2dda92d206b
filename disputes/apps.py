from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisputesConfig(AppConfig):
    name = "disputes"
    verbose_name = _("Mediation")

    def ready(self) -> None:
        """Take up the papers of a mediation, and let the page of a case know which of its panels hold anything."""
        from cases.enums import Procedure  # noqa: PLC0415 - translations are there from now on
        from cases.reports.holdings import watch  # noqa: PLC0415 - models are there from now on
        from cases.reports.papers import register_kinds  # noqa: PLC0415 - models are there from now on
        from disputes import models  # noqa: PLC0415 - the same
        from disputes.reports.papers import KINDS  # noqa: PLC0415 - the same

        register_kinds(KINDS, procedure=Procedure.DISPUTE)
        watch(models.Agreement, models.Consent, models.Ending, models.FollowUp, models.GroupMember, models.HandOff)
        watch(models.JointUnit, models.Mediator, models.SafetyFlag, models.Session, models.SessionRecord)
