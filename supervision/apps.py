from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = _("Supervision")

    def ready(self) -> None:
        """Let the notices follow the limits that the calendar moves, and the centers that carry on for others."""
        from cases.reports.holdings import watch  # noqa: PLC0415 - models are there from now on
        from cases.services.recompute import FOLLOWERS  # noqa: PLC0415 - the same
        from centers.services.reorganise import FOLLOWERS as TREE_FOLLOWERS  # noqa: PLC0415 - the same
        from centers.services.reorganise import Follower  # noqa: PLC0415 - the same
        from supervision import tasks  # noqa: F401, PLC0415 - the same
        from supervision.models import SupervisionNotice  # noqa: PLC0415 - the same
        from supervision.services.follow import follow_reply_limits  # noqa: PLC0415 - the same
        from supervision.services.follow_tree import count_notices, follow_tree  # noqa: PLC0415 - the same

        watch(SupervisionNotice)
        FOLLOWERS.append(follow_reply_limits)
        TREE_FOLLOWERS.append(Follower(count_notices, follow_tree))
