from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Let no message about a case reach, or stay before, anybody who has no part in it; matters follow the tree."""
        from cases import tasks  # noqa: F401, PLC0415 - models are there from now on
        from cases.reports.recusals import recused_people  # noqa: PLC0415 - the same
        from cases.services.follow_tree import (  # noqa: PLC0415 - the same
            count_matters,
            follow_tree,
            holds_matters,
            matters_before,
        )
        from centers.services.deliver import KEPT_FROM  # noqa: PLC0415 - the same
        from centers.services.reorganise import FOLLOWERS, Follower  # noqa: PLC0415 - the same

        KEPT_FROM.append(recused_people)
        FOLLOWERS.append(Follower(count_matters, follow_tree, holds_matters, matters_before))
