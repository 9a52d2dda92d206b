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
    LETTER = "letter", _("Letter")
    FAX = "fax", _("Fax")
    VISIT = "visit", _("Visit")
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
    AGENT = "agent", _("Agent or guardian")


class Sensitivity(TextChoices):
    """How closely a matter is kept, from the lowest: as any other, without the informant's name, or under seal."""

    NORMAL = "normal", _("Normal")
    CONFIDENTIAL = "confidential", _("Confidential")
    SEALED = "sealed", _("Sealed")


class DecisionState(TextChoices):
    """Where something stands that one person asks for and a second one decides."""

    ASKED = "asked", _("Asked for")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class RecusalSource(TextChoices):
    """Why somebody has no part in a matter."""

    ACCUSED = "accused", _("Complained of")
    INTEREST = "interest", _("Own interest")
    DECISION = "decision", _("Decision")


class TransferReason(TextChoices):
    REGISTRATION = "registration", _("Registration")
    TRIAGE = "triage", _("Triage")
    ESCALATION = "escalation", _("Limit passed")
    RECUSAL = "recusal", _("Recusal")
    REORGANISATION = "reorg", _("Reorganisation")
    REVIEW = "review", _("Review")
    REFERRAL = "referral", _("Referral")


class ClockKind(TextChoices):
    """The limits that can run on a case; the codes are those of the law's and the levels' tables."""

    SIGN_FOR = "SIGN_FOR", _("Triage limit")
    SIGN_OBJECT = "SIGN_OBJECT", _("Limit to object to a dispatch")
    LVL_GRID = "LVL_GRID", _("Grid limit")
    LVL_VILLAGE = "LVL_VILLAGE", _("Village limit")
    LVL_TOWN = "LVL_TOWN", _("Town limit")
    LVL_COUNTY = "LVL_COUNTY", _("County limit")
    PET_TRIAGE = "PET_TRIAGE", _("Limit to register and refer a petition")
    PET_NOTICE_DIRECT = "PET_NOTICE_DIRECT", _("Notice limit, received directly")
    PET_NOTICE_REFERRED = "PET_NOTICE_REFERRED", _("Notice limit, referred")
    PET_OBJECT = "PET_OBJECT", _("Limit to object to a referral")
    PET_COMPETENCE = "PET_COMPETENCE", _("Limit to decide about competence")
    PET_HANDLE = "PET_HANDLE", _("Handling limit")
    PET_EXTEND = "PET_EXTEND", _("Longest extension of handling")
    PET_ASKREVIEW = "PET_ASKREVIEW", _("Window to ask for a review")
    PET_REVIEW = "PET_REVIEW", _("Review limit")
    PET_ASKREREVIEW = "PET_ASKREREVIEW", _("Window to ask for a re-review")
    PET_REREVIEW = "PET_REREVIEW", _("Re-review limit")
    PET_EXECUTE = "PET_EXECUTE", _("Day by which an opinion is executed")
    PET_ASSIGNED = "PET_ASSIGNED", _("Limit of an assigned petition")
    PET_URGENT = "PET_URGENT", _("Limit to report an urgent matter")
    PET_SUGG_FEEDBACK = "PET_SUGG_FEEDBACK", _("Feedback limit on a suggestion")
    PET_SIMPLE_HOP = "PET_SIMPLE_HOP", _("Simplified handling: limit to pass on")
    PET_SIMPLE_ACCEPT = "PET_SIMPLE_ACCEPT", _("Simplified handling: limit to accept")
    PET_SIMPLE_HANDLE = "PET_SIMPLE_HANDLE", _("Simplified handling: handling limit")
    MED_GENERAL = "MED_GENERAL", _("Mediation limit")
    MED_EXTEND = "MED_EXTEND", _("Longest extension of a mediation")
    MED_MEDICAL = "MED_MEDICAL", _("Mediation limit, medical dispute")
    MED_LABOUR = "MED_LABOUR", _("Mediation limit, labour dispute")
    MED_COURT_PRE = "MED_COURT_PRE", _("Mediation limit, delegated before filing")
    MED_COURT_ORD = "MED_COURT_ORD", _("Mediation limit, entrusted, ordinary procedure")
    MED_COURT_SUM = "MED_COURT_SUM", _("Mediation limit, entrusted, summary procedure")
    MED_PERFORM = "MED_PERFORM", _("Day agreed for performance")
    MED_JUDCONF = "MED_JUDCONF", _("Window for judicial confirmation")
    COURT_JC_ACCEPT = "COURT_JC_ACCEPT", _("Court's limit to accept a confirmation")
    COURT_JC_DECIDE = "COURT_JC_DECIDE", _("Court's limit to decide a confirmation")
    PAUSE = "PAUSE", _("Longest pause")
    NOTICE_REPLY = "NOTICE_REPLY", _("Reply to a supervision notice")
    NOTICE_REPLY_RED = "NOTICE_REPLY_RED", _("Reply to a red notice")
    NOTICE_REPLY_TOP = "NOTICE_REPLY_TOP", _("Reply to a notice of the higher center")


class ClockState(TextChoices):
    """``lapsed`` is over and was late; ``met`` is over and was in time; ``paused`` is not over and does not count."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
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
    RED = "red", _("Red notice proposed")
    MEASURES = "measures", _("Further measures proposed")
    RESUME = "resume", _("Pause over")


class PauseReason(TextChoices):
    """The times that do not count; there are no others."""

    REREVIEW_HEARING = "rereview_hearing", _("Hearing in a re-review")
    MEDICAL_APPRAISAL = "medical_appraisal", _("Medical appraisal")
    COURT_APPRAISAL = "court_appraisal", _("Appraisal in a court-entrusted mediation")


class ExtensionState(TextChoices):
    ASKED = "asked", _("Asked for")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


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
    RED_PROPOSED = "red_proposed", _("Red notice proposed")
    MEASURES_PROPOSED = "measures_proposed", _("Further measures proposed")
    CLOCK_PAUSED = "clock_paused", _("Limit paused")
    CLOCK_RESUMED = "clock_resumed", _("Limit resumed")
    EXTENSION_ASKED = "extension_asked", _("Extension asked for")
    CLOCK_EXTENDED = "clock_extended", _("Limit extended")
    EXTENSION_REFUSED = "extension_refused", _("Extension refused")
    EXTENSION_TOLD = "extension_told", _("Extension told")
    CLOCK_MOVED = "clock_moved", _("Limit moved by the calendar")
    CENTER_MERGED = "center_merged", _("Center merged into another")
    CENTER_MOVED = "center_moved", _("Center placed under another")
    CENTER_RECUSED = "center_recused", _("Center recused")
    PERSON_RECUSED = "person_recused", _("Person or unit recused")
    INTEREST_DECLARED = "interest_declared", _("Interest declared")
    ACCUSED_NAMED = "accused_named", _("Accused named")
    HANDLER_WITHDRAWN = "handler_withdrawn", _("Handler withdrawn")
    HANDED_UP = "handed_up", _("Handed to the center above")
    REOPENED = "reopened", _("Reopened")
    ARCHIVED = "archived", _("File archived")
    SENSITIVITY_RAISED = "sensitivity_raised", _("Sensitivity raised")
    LOWERING_PROPOSED = "lowering_proposed", _("Lower sensitivity proposed")
    LOWERING_REFUSED = "lowering_refused", _("Lower sensitivity refused")
    SENSITIVITY_LOWERED = "sensitivity_lowered", _("Sensitivity lowered")
    IDENTITY_ASKED = "identity_asked", _("Identity asked for")
    IDENTITY_OPENED = "identity_opened", _("Identity opened")
    IDENTITY_REFUSED = "identity_refused", _("Identity refused")
    NOTICE_ISSUED = "notice_issued", _("Supervision notice issued")
    NOTICE_SIGNED_FOR = "notice_signed_for", _("Supervision notice signed for")
    NOTICE_REPLIED = "notice_replied", _("Supervision notice answered")
    NOTICE_CLOSED = "notice_closed", _("Supervision notice closed out")
    NOTICE_RETURNED = "notice_returned", _("Answer to the notice returned")
    CONSENT_ASKED = "consent_asked", _("Consent asked for")
    CONSENTED = "consented", _("Consent recorded")
    ACCEPTED = "accepted", _("Accepted")
    MEDIATION_STARTED = "mediation_started", _("Mediation started")
    AGREED = "agreed", _("Agreement reached")
    TERMINATED = "terminated", _("Mediation ended without agreement")
    REFUSED = "refused", _("Mediation refused by a party")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    GUIDED_OUT = "guided_out", _("Guided to another route")
    WITHDRAWN = "withdrawn", _("Withdrawn by the applicant")
    PARTY_ADDED = "party_added", _("Party added")
    LANGUAGES_NOTED = "languages_noted", _("Languages noted")
    MEDIATOR_NAMED = "mediator_named", _("Mediator named")
    MEDIATOR_REPLACED = "mediator_replaced", _("Mediator replaced")
    UNIT_ASKED = "unit_asked", _("Unit asked to take part")
    UNIT_AGREED = "unit_agreed", _("Unit takes part")
    UNIT_DECLINED = "unit_declined", _("Unit does not take part")
    UNIT_RELEASED = "unit_released", _("Unit released")
    SAFETY_FLAGGED = "safety_flagged", _("Safety flag set")
    SAFETY_CARED_FOR = "safety_cared_for", _("Duty of protection done")
    SAFETY_CLEARED = "safety_cleared", _("Safety flag cleared")
    HAND_OFF_RECEIVED = "hand_off_received", _("Entrusted by an organ")
    HAND_OFF_TOLD = "hand_off_told", _("Organ told the result")
    HANDED_OFF = "handed_off", _("Handed to an organ")
    HAND_OFF_ANSWERED = "hand_off_answered", _("Organ answered")
    HAND_OFF_WITHDRAWN = "hand_off_withdrawn", _("Hand-off withdrawn")
    PERFORMANCE_RECORDED = "performance_recorded", _("Performance recorded")
    URGED = "urged", _("Debtor urged")
    PERFORMED = "performed", _("Agreement performed")
    BREACHED = "breached", _("Agreement not kept")
    SESSION_PLANNED = "session_planned", _("Session planned")
    SESSION_HELD = "session_held", _("Session held")
    SESSION_CANCELLED = "session_cancelled", _("Session cancelled")
    CONFIRMATION_APPLIED = "confirmation_applied", _("Judicial confirmation applied for")
    CONFIRMATION_DECIDED = "confirmation_decided", _("Application decided by the court")
    FOLLOW_UP_TRIED = "follow_up_tried", _("Party not reached for a follow-up")
    FOLLOWED_UP = "followed_up", _("Followed up")
    FOLLOW_UP_JUDGED = "follow_up_judged", _("Dissatisfaction decided about")
    SORTED = "sorted", _("Purpose and route determined")
    PETITION_ACCEPTED = "petition_accepted", _("Petition accepted")
    OPINION_DRAFTED = "opinion_drafted", _("Opinion drafted")
    OPINION_SENT_BACK = "opinion_sent_back", _("Draft of the opinion sent back")
    OPINION_SIGNED = "opinion_signed", _("Opinion signed")
    NOTICE_SERVED = "notice_served", _("Notice served")
    SUGGESTION_REPLIED = "suggestion_replied", _("Suggestion replied to")
    SETTLED = "settled", _("Settled by consent")
    PROCEDURE_ENTERED = "procedure_entered", _("Statutory procedure entered")
    PROCEDURE_ENDED = "procedure_ended", _("Statutory procedure ended")
    TRANSFERRED_UNDER_SEAL = "transferred_under_seal", _("Transferred under seal")
    REFERRED = "referred", _("Referred to a unit")
    REFERRAL_RECEIVED = "referral_received", _("Referral signed for")
    OBJECTED = "objected", _("Objection to the referral")
    OBJECTION_UPHELD = "objection_upheld", _("Objection upheld")
    OBJECTION_REJECTED = "objection_rejected", _("Objection rejected")
    COMPETENCE_DECIDED = "competence_decided", _("Competence decided")
    REVIEW_ASKED = "review_asked", _("Review asked for")
    REVIEW_WITHDRAWN = "review_withdrawn", _("Request for a review withdrawn")
    REVIEWER_NAMED = "reviewer_named", _("Reviewer named")
    REVIEW_RECORDED = "review_recorded", _("Decision of another organ recorded")
    OPINION_REVOKED = "opinion_revoked", _("Opinion revoked")
    OPINION_EXECUTED = "opinion_executed", _("Opinion executed")
    HEARING_HELD = "hearing_held", _("Hearing held")
    RESULT_REPORTED = "result_reported", _("Result reported")
    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned for more work")
    CLOSED = "closed", _("Closed")
    FILES_ATTACHED = "files_attached", _("Files added")
    FILE_WITHDRAWN = "file_withdrawn", _("File withdrawn")
    PAPER_MADE = "paper_made", _("Paper made")
    PAPER_FILED = "paper_filed", _("Paper filed")
    PAPER_SEEN = "paper_seen", _("Paper seen")
    PAPER_WITHDRAWN = "paper_withdrawn", _("Paper withdrawn")


class PaperOrigin(TextChoices):
    """How a paper came into the file of its matter."""

    MADE = "made", _("Made here")
    FILED = "filed", _("Original filed")
    SEEN = "seen", _("Seen, not kept")


class Outcome(TextChoices):
    """How a procedure ended."""

    AGREED = "agreed", _("Agreement reached")
    TERMINATED = "terminated", _("No agreement")
    REFUSED = "refused", _("Mediation refused")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    GUIDED_OUT = "guided_out", _("Guided to another route")
    WITHDRAWN = "withdrawn", _("Withdrawn by the applicant")
    PERFORMED = "performed", _("Agreement performed")
    BREACHED = "breached", _("Agreement not kept")
    OPINION = "opinion", _("Handling opinion served")
    REVIEWED = "reviewed", _("Review opinion served")
    FINAL = "final", _("Re-review opinion served, final")
    REPLIED = "replied", _("Suggestion replied to")
    SETTLED = "settled", _("Settled by consent")
    IN_PROCEDURE = "in_procedure", _("Handled in the statutory procedure")
    TRANSFERRED = "transferred", _("Transferred under seal")


class Retention(TextChoices):
    """How long an archive keeps a file; the periods are those that units usually set."""

    SHORT = "short", _("Short term (10 years)")
    LONG = "long", _("Long term (30 years)")
    PERMANENT = "permanent", _("For good")
