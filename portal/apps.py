from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Pages outside the back-office: citizens, and grid members on the phone."""

    name = "portal"
    verbose_name = _("Citizens' pages")
