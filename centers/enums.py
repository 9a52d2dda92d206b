from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """The five levels of divisions that can carry a center, from the top down."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TOWN = "town", _("Town")
    VILLAGE = "village", _("Village")


class UnitKind(TextChoices):
    """What a resident unit is; the law binds organs, not the center they sit in."""

    MEDIATION_COMMITTEE = "mediation_committee", _("Mediation committee")
    PETITION_DEPT = "petition_dept", _("Petition department")
    JUDICIAL_OFFICE = "judicial_office", _("Judicial office")
    POLICE_STATION = "police_station", _("Police station")
    COURT = "court", _("Court")
    ORGAN = "organ", _("Other organ or unit")
    VILLAGE_COMMITTEE = "village_committee", _("Village committee")


class ResidentMode(TextChoices):
    PERMANENT = "permanent", _("Permanent")
    ROTATING = "rotating", _("Rotating")
    ON_CALL = "on_call", _("On call")


class Role(TextChoices):
    """What an office lets its holder do; the rights behind each are in rules.py."""

    INTAKE_CLERK = "intake_clerk", _("Window clerk")
    TRIAGE_OFFICER = "triage_officer", _("Triage officer")
    MEDIATOR = "mediator", _("People's mediator")
    HANDLER = "handler", _("Handler")
    UNIT_LEADER = "unit_leader", _("Unit leader")
    SUPERVISOR = "supervisor", _("Supervisor")
    CENTER_DIRECTOR = "center_director", _("Center director")
    CONFIDENTIAL_OFFICER = "confidential_officer", _("Confidential officer")
    ROSTER_MANAGER = "roster_manager", _("Roster manager")
    SYSADMIN = "sysadmin", _("System administrator")
    SECADMIN = "secadmin", _("Security administrator")
    AUDITADMIN = "auditadmin", _("Audit administrator")


class ReorganisationKind(TextChoices):
    """How the tree changes: a center is absorbed by another of its level, or goes below another one."""

    MERGE = "merge", _("Merged into another center")
    MOVE = "move", _("Placed under another center")


class CalendarSource(TextChoices):
    """Where the calendar learnt what kind of day it is."""

    NOTICE = "notice", _("State Council notice")
    EXPECTED = "expected", _("Expected, no notice yet")
    STAFF = "staff", _("Entered by staff")
