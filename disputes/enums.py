from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a mediation stands."""

    REGISTERED = "registered", _("Registered")
    TRIAGED = "triaged", _("Triaged")
    ACCEPTED = "accepted", _("Accepted")
    MEDIATING = "mediating", _("In mediation")
    AGREED = "agreed", _("Agreement reached")
    TERMINATED = "terminated", _("Ended without agreement")
    CLOSED = "closed", _("Closed")


class Action(TextChoices):
    """What can be done with a mediation; the buttons of the case page."""

    TRIAGE = "triage", _("Triage")
    ACCEPT = "accept", _("Accept")
    START = "start", _("Start mediation")
    AGREE = "agree", _("Record agreement")
    TERMINATE = "terminate", _("End mediation")
    CONFIRM = "confirm", _("Verify and close")
    RETURN = "return", _("Return for more work")
    REOPEN = "reopen", _("Reopen")


class AgreementForm(TextChoices):
    WRITTEN = "written", _("Written")
    ORAL = "oral", _("Oral")


class TerminationReason(TextChoices):
    """Why a mediation ends without agreement (People's Mediation Law, art. 26)."""

    PARTY_REFUSES = "party_refuses", _("A party does not want mediation, or no longer")
    IMPOSSIBLE = "impossible", _("No agreement can be reached")
    BAD_FAITH = "bad_faith", _("Facts were misstated or mediation abused")
    TIME_LIMIT = "time_limit", _("The limit passed and the parties did not agree to go on")
