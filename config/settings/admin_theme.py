"""How the back-office is dressed and what its side bar offers; who sees an entry follows from their posts."""

from typing import Any, Final

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from core.links import address_of


def _entry(title: Any, icon: str, url_name: str, *permissions: str) -> dict[str, Any]:
    link = lazy(address_of, str)(f"admin:{url_name}")  # every page asks for every entry's

    def may_see(request: HttpRequest) -> bool:
        return not permissions or any(request.user.has_perm(name) for name in permissions)

    def is_here(request: HttpRequest) -> bool:
        below = request.path.removeprefix(str(link))
        return below == "" or (below != request.path and url_name.endswith("_changelist") and below != "queue/")

    return {"title": title, "icon": icon, "link": link, "permission": may_see, "active": is_here}


def _static(path: str) -> Any:
    """Return the address of a static file, asked for when a page is drawn."""
    return lambda _request: static(path)


# A quiet blue; the weights are those of the theme's own scales.
BLUE: Final = {
    "50": "oklch(97% .012 250)",
    "100": "oklch(93.5% .028 250)",
    "200": "oklch(88% .052 250)",
    "300": "oklch(81% .085 250)",
    "400": "oklch(72% .115 250)",
    "500": "oklch(64% .125 250)",
    "600": "oklch(46.5% .115 250)",
    "700": "oklch(41% .105 250)",
    "800": "oklch(36% .09 250)",
    "900": "oklch(31% .075 250)",
    "950": "oklch(24% .06 250)",
}

UNFOLD: Final[dict[str, Any]] = {
    "SITE_TITLE": _("Maplebridge"),
    "SITE_HEADER": _("Maplebridge"),
    "SITE_SUBHEADER": _("Governance centers' back-office"),
    "SITE_ICON": _static("favicon.svg"),
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _static("favicon.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "LANGUAGE_FLAGS": {},
    "DASHBOARD_CALLBACK": "supervision.pages.home.home_context",
    "ACCOUNT": {
        "navigation": [
            {"title": _("My contact details"), "link": reverse_lazy("admin:core_user_contact")},
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
        ],
    },
    "COMMAND": {"search_models": False},
    "BORDER_RADIUS": "4px",
    "STYLES": [_static("office.css")],
    "SCRIPTS": [_static("office.js")],
    "COLORS": {"primary": BLUE},
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Work"),
                "items": [
                    _entry(_("Home"), "home", "index"),
                    _entry(_("Register a dispute"), "edit_note", "disputes_dispute_register", "cases.add_case"),
                    _entry(_("Register a petition"), "post_add", "petitions_petition_register", "cases.add_case"),
                    _entry(_("Escalation queue"), "priority_high", "supervision_queue", "cases.supervise_case"),
                    _entry(_("Cases"), "folder_open", "cases_case_changelist", "cases.view_case", "cases.handle_case"),
                    _entry(
                        _("Register and statistics"),
                        "bar_chart",
                        "disputes_dispute_statistics",
                        "disputes.view_register",
                    ),
                    _entry(
                        _("Supervision notices"),
                        "assignment_late",
                        "supervision_supervisionnotice_changelist",
                        "supervision.view_supervisionnotice",
                    ),
                    _entry(_("Messages"), "inbox", "core_inboxmessage_changelist"),
                    _entry(_("Stand-ins"), "swap_horiz", "centers_standin_changelist"),
                ],
            },
            {
                "title": _("Grids and rosters"),
                "separator": True,
                "items": [
                    _entry(_("Grids"), "grid_view", "grids_grid_changelist", "grids.view_grid"),
                    _entry(_("Roster"), "groups", "grids_gridmember_changelist", "grids.view_gridmember"),
                    _entry(_("Roster files"), "upload_file", "grids_rosterimport_changelist", "grids.import_roster"),
                    _entry(_("Long exports"), "download", "grids_exportjob_changelist", "grids.export_roster"),
                ],
            },
            {
                "title": _("The house"),
                "separator": True,
                "items": [
                    _entry(_("Centers"), "account_tree", "centers_center_changelist", "centers.view_center"),
                    _entry(_("Units"), "domain", "centers_unit_changelist", "centers.view_unit"),
                    _entry(
                        _("Mediation committees"),
                        "diversity_3",
                        "disputes_committee_changelist",
                        "disputes.view_committee",
                    ),
                    _entry(_("Asked to take part"), "handshake", "disputes_jointunit_changelist", "cases.handle_case"),
                    _entry(_("Posts"), "badge", "centers_post_changelist", "centers.view_post"),
                    _entry(
                        _("Reorganisation"),
                        "device_hub",
                        "centers_reorganisation_changelist",
                        "centers.view_reorganisation",
                    ),
                    _entry(_("Accounts"), "person", "core_user_changelist", "core.view_user"),
                    _entry(
                        _("Work calendar"),
                        "calendar_month",
                        "centers_workcalendarday_changelist",
                        "centers.view_workcalendarday",
                    ),
                    _entry(_("Clock rules"), "timer", "cases_clockrule_changelist", "cases.view_clockrule"),
                    _entry(
                        _("Forms of papers"),
                        "contract_edit",
                        "cases_papertemplate_changelist",
                        "cases.view_papertemplate",
                    ),
                    _entry(
                        _("Undelivered messages"),
                        "unsubscribe",
                        "core_externaldelivery_changelist",
                        "core.view_externaldelivery",
                    ),
                    _entry(_("Gateways"), "webhook", "core_webhookendpoint_changelist", "core.view_webhookendpoint"),
                    _entry(_("audit trail"), "policy", "core_auditentry_changelist", "core.view_auditentry"),
                    _entry(_("Background jobs"), "monitor_heart", "core_heartbeat_changelist", "core.view_heartbeat"),
                    _entry(
                        _("Steps of limits that could not be done"),
                        "sync_problem",
                        "cases_clockstep_changelist",
                        "cases.retry_clockstep",
                    ),
                ],
            },
        ],
    },
}
