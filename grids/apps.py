from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    name = "grids"
    verbose_name = _("Grids and rosters")

    def ready(self) -> None:
        """Let the grids follow the tree of centers."""
        from centers.services.reorganise import FOLLOWERS, Follower  # noqa: PLC0415 - models are there from now on
        from grids import tasks  # noqa: F401, PLC0415 - the same
        from grids.services.follow_tree import count_grids, follow_tree, holds_grids  # noqa: PLC0415 - the same

        FOLLOWERS.append(Follower(count_grids, follow_tree, holds_grids))
