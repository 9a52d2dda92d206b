from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Procedure(TextChoices):
    DISPUTE = "dispute", _("Dispute")
    PETITION = "petition", _("Petition")


class Stage(TextChoices):
    """How far a matter has come, whatever its procedure; the strip at the head of the case page."""

    REGISTERED = "registered", _("Registered")
    TRIAGED = "triaged", _("Triaged")
    HANDLING = "handling", _("In handling")
    REPORTED = "reported", _("Result reported")
    VERIFIED = "verified", _("Verified")
    CLOSED = "closed", _("Closed")


class Grade(TextChoices):
    GENERAL = "general", _("General")
    MAJOR = "major", _("Major")
    CRITICAL = "critical", _("Critical")


class Channel(TextChoices):
    """How a matter came in."""

    CENTER_WINDOW = "center_window", _("Center window")
    GRID = "grid", _("Reported by the grid")
    PHONE = "phone", _("Telephone")
    ONLINE = "online", _("Online")
    REFERRED = "referred", _("Referred")


class Category(TextChoices):
    """Kinds of civil disputes; the codes of the statistics of people's mediation map onto these."""

    MARRIAGE_FAMILY = "D01", _("Marriage and family")
    NEIGHBOUR = "D02", _("Neighbours")
    HOUSING_HOMESTEAD = "D03", _("Housing and homestead")
    CONTRACT = "D04", _("Contract")
    PRODUCTION_BUSINESS = "D05", _("Production and business")
    DAMAGES = "D06", _("Damages")
    FOREST_LAND = "D07", _("Forest and land")
    EXPROPRIATION = "D08", _("Expropriation")
    ENVIRONMENT = "D09", _("Environmental pollution")
    LABOUR = "D10", _("Labour dispute")
    MIGRANT_WAGES = "D11", _("Unpaid wages")
    CONSUMER = "D12", _("Consumer")
    MEDICAL = "D13", _("Medical")
    TRAFFIC = "D14", _("Road traffic accident")
    PROPERTY_MGMT = "D15", _("Property management")
    VILLAGE_AFFAIRS = "D16", _("Village affairs")
    TOURISM = "D17", _("Tourism")
    E_COMMERCE = "D18", _("Electronic commerce")
    SCHOOL = "D19", _("School and education")
    LOAN_FINANCE = "D20", _("Loans and finance")
    PERSONALITY = "D21", _("Rights of personality")
    ADMINISTRATIVE = "D22", _("Administrative dispute")
    OTHER = "D99", _("Other")


class PartyRole(TextChoices):
    APPLICANT = "applicant", _("Applicant")
    RESPONDENT = "respondent", _("Respondent")


class TransferReason(TextChoices):
    REGISTRATION = "registration", _("Registration")
    TRIAGE = "triage", _("Triage")
    ESCALATION = "escalation", _("Limit passed")


class ClockKind(TextChoices):
    """The limits that can run on a case; the codes are those of the law's and the levels' tables."""

    SIGN_FOR = "SIGN_FOR", _("Triage limit")
    LVL_VILLAGE = "LVL_VILLAGE", _("Village limit")
    LVL_TOWN = "LVL_TOWN", _("Town limit")
    LVL_COUNTY = "LVL_COUNTY", _("County limit")
    MED_GENERAL = "MED_GENERAL", _("Mediation limit")
    MED_MEDICAL = "MED_MEDICAL", _("Mediation limit, medical dispute")
    MED_LABOUR = "MED_LABOUR", _("Mediation limit, labour dispute")
    NOTICE_REPLY = "NOTICE_REPLY", _("Reply to a supervision notice")


class ClockState(TextChoices):
    """``lapsed`` is over and was late; ``met`` is over and was in time."""

    RUNNING = "running", _("Running")
    MET = "met", _("Met")
    LAPSED = "lapsed", _("Lapsed")
    CANCELLED = "cancelled", _("Cancelled")


class Step(TextChoices):
    """What a clock does on its way, in this order."""

    NUDGE = "nudge", _("Progress hint")
    REMIND = "remind", _("Reminder")
    PREWARN = "prewarn", _("Warning")
    CLIMB = "climb", _("Escalation")
    YELLOW = "yellow", _("Yellow notice")
    LAPSE = "lapse", _("Limit passed")


class EventKind(TextChoices):
    """What can happen to a case, in the past tense; how each reads is in pages.py."""

    REGISTERED = "registered", _("Registered")
    TRIAGED = "triaged", _("Triaged")
    ASSIGNED = "assigned", _("Assigned")
    SIGNED_FOR = "signed_for", _("Signed for")
    CODE_ISSUED = "code_issued", _("Query code issued")
    CLOCK_STARTED = "clock_started", _("Limit started")
    NUDGED = "nudged", _("Progress hint sent")
    REMINDED = "reminded", _("Reminder sent")
    PREWARNED = "prewarned", _("Warning sent")
    LIMIT_PASSED = "limit_passed", _("Limit passed")
    ESCALATED = "escalated", _("Escalated")
    NOT_ESCALATED = "not_escalated", _("Nobody above is in office")
    NOTICE_ISSUED = "notice_issued", _("Supervision notice issued")
    NOTICE_SIGNED_FOR = "notice_signed_for", _("Supervision notice signed for")
    NOTICE_REPLIED = "notice_replied", _("Supervision notice answered")
    NOTICE_CLOSED = "notice_closed", _("Supervision notice closed out")
    NOTICE_RETURNED = "notice_returned", _("Answer to the notice returned")
    ACCEPTED = "accepted", _("Accepted")
    MEDIATION_STARTED = "mediation_started", _("Mediation started")
    AGREED = "agreed", _("Agreement reached")
    TERMINATED = "terminated", _("Mediation ended without agreement")
    RESULT_REPORTED = "result_reported", _("Result reported")
    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned for more work")
    CLOSED = "closed", _("Closed")


class Outcome(TextChoices):
    """How a procedure ended."""

    AGREED = "agreed", _("Agreement reached")
    TERMINATED = "terminated", _("No agreement")
