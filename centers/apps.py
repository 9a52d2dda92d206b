from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentersConfig(AppConfig):
    name = "centers"
    verbose_name = _("Centers and posts")

    def ready(self) -> None:
        from centers import checks, tasks  # noqa: F401, PLC0415
