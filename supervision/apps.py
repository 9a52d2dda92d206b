from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = _("Supervision")

    def ready(self) -> None:
        """Let the notices follow the limits that the calendar moves."""
        from cases.services.recompute import FOLLOWERS  # noqa: PLC0415 - models are there from now on
        from supervision import tasks  # noqa: F401, PLC0415 - the same
        from supervision.services.follow import follow_reply_limits  # noqa: PLC0415 - the same

        FOLLOWERS.append(follow_reply_limits)
