from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a mediation stands."""

    REGISTERED = "registered", _("Registered")
    TRIAGED = "triaged", _("Triaged")
    PENDING_CONSENT = "pending_consent", _("Consent awaited")
    ACCEPTED = "accepted", _("Accepted")
    MEDIATING = "mediating", _("In mediation")
    AGREED = "agreed", _("Agreement reached")
    PERFORMING = "performing", _("In performance")
    PERFORMED = "performed", _("Performed")
    BREACHED = "breached", _("Not kept")
    TERMINATED = "terminated", _("Ended without agreement")
    REFUSED = "refused", _("Refused by a party")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    GUIDED_OUT = "guided_out", _("Guided to another route")
    WITHDRAWN = "withdrawn", _("Withdrawn by the applicant")
    CLOSED = "closed", _("Closed")


class Action(TextChoices):
    """What can be done with a mediation; the buttons of the case page."""

    TRIAGE = "triage", _("Triage")
    ASK_CONSENT = "ask_consent", _("Ask for consent")
    CONSENT = "consent", _("Record consent")
    ACCEPT = "accept", _("Accept")
    START = "start", _("Start mediation")
    AGREE = "agree", _("Record agreement")
    PERFORM = "perform", _("Record performance")
    URGE = "urge", _("Urge performance")
    FULFIL = "fulfil", _("Report all performed")
    BREACH = "breach", _("Report agreement not kept")
    CONFIRM = "confirm", _("Verify the result")
    RETURN = "return", _("Return for more work")
    REOPEN = "reopen", _("Reopen")
    TERMINATE = "terminate", _("End mediation")
    REFUSE = "refuse_mediation", _("Record refusal")
    DECLINE = "decline", _("Do not accept")
    GUIDE_OUT = "guide_out", _("Guide to another route")
    WITHDRAW = "withdraw", _("Record withdrawal")
    PLAN_SESSION = "plan_session", _("Plan a session")
    HOLD_SESSION = "hold_session", _("Record a session")
    CANCEL_SESSION = "cancel_session", _("Cancel a session")
    APPLY_CONFIRMATION = "apply_confirmation", _("Apply for judicial confirmation")
    COURT_RESULT = "court_result", _("Record the court's result")
    FOLLOW_UP = "follow_up", _("Record a follow-up")
    JUDGE_FOLLOW_UP = "judge_follow_up", _("Decide about dissatisfaction")


class ConsentForm(TextChoices):
    """How a party said yes or no."""

    ORAL = "oral", _("Orally, taken down")
    WRITTEN = "written", _("In writing")


class AgreementForm(TextChoices):
    WRITTEN = "written", _("Written")
    ORAL = "oral", _("Oral")


class EndReason(TextChoices):
    """Why a mediation ends, or never begins, without agreement."""

    PARTY_STOPS = "party_stops", _("A party does not want to go on")
    IMPOSSIBLE = "impossible", _("No agreement can be reached")
    BAD_FAITH = "bad_faith", _("Facts were misstated or mediation abused")
    COLLUSION = "collusion", _("The parties collude against somebody else")
    TIME_LIMIT = "time_limit", _("The limit passed and the parties did not agree to go on")
    PARTY_REFUSES = "party_refuses", _("A party does not want mediation")
    NO_RESPONDENT = "no_respondent", _("There is no definite respondent")
    NO_REQUEST = "no_request", _("There is no definite request")
    NO_FACTS = "no_facts", _("There is nothing of fact to it")
    RESERVED = "reserved", _("By law another organ alone decides such matters")
    PROHIBITED = "prohibited", _("By law such matters are not mediated")
    BEFORE_COURT = "before_court", _("A court or an arbitral body has accepted or decided it")
    BEFORE_ORGAN = "before_organ", _("The police or another organ has accepted or settled it")
    NOT_CIVIL = "not_civil", _("It is no dispute about civil rights and duties")
    NOT_PERFORMED = "not_performed", _("Not performed although urged")
    VIOLENCE = "domestic_violence", _("Domestic violence: the safety of a party comes first")
    APPLICANT_WITHDRAWS = "applicant_withdraws", _("The applicant withdraws the application")


class Source(TextChoices):
    """Who brought about a mediation: a party, the committee itself, or who entrusted it."""

    PARTY = "party_application", _("Application of a party")
    INITIATIVE = "initiative", _("Own initiative")
    COURT = "court", _("Entrusted by a court")
    POLICE = "police", _("Handed over by the police")
    GOVERNMENT = "government", _("Assigned by the government")
    PETITION = "petition", _("Handed over by the petition office")
    HOTLINE = "hotline", _("Handed over by the 12345 hotline")


class ChosenBy(TextChoices):
    """Who chose a mediator."""

    COMMITTEE = "committee", _("Designated by the committee")
    APPLICANT = "applicant", _("Chosen by the applicant")
    RESPONDENT = "respondent", _("Chosen by the respondent")
    PARTIES = "parties", _("Chosen by all parties together")


class JointAnswer(TextChoices):
    """What a unit answered that was asked to take part in a mediation."""

    AGREED = "agreed", _("Takes part")
    DECLINED = "declined", _("Does not take part")


class RelationGround(TextChoices):
    """Why two matters belong together."""

    SAME_EVENT = "same_event", _("Same event")
    SAME_PARTIES = "same_parties", _("Same parties and matter")
    CONSEQUENCE = "consequence", _("One follows from the other")


class SafetyKind(TextChoices):
    """Whose safety is at stake in a matter."""

    DOMESTIC_VIOLENCE = "domestic_violence", _("Domestic violence")
    MINOR = "minor", _("A minor is harmed or in danger")
    LIMITED_CAPACITY = "limited_capacity", _("Somebody without full legal capacity is harmed or in danger")
    THREAT = "threat", _("Violence or the threat of it between others")


class SafetyDuty(TextChoices):
    """What is owed to whoever is in danger."""

    POLICE_REPORT = "police_report", _("Reported to the police")
    PROTECTION_ORDER = "protection_order", _("Protection order offered")
    LEGAL_AID = "legal_aid", _("Legal aid offered")
    CIVIL_AFFAIRS = "civil_affairs", _("Reported to civil affairs or education")


class Direction(TextChoices):
    """Which way a matter goes between the mediation and an organ of the state."""

    IN = "in", _("Entrusted to us")
    OUT = "out", _("Handed out")


class Organ(TextChoices):
    """Who hands a matter to the mediation, or takes one from it."""

    POLICE = "police", _("Police")
    COURT = "court", _("People's court")
    PETITION = "petition", _("Petition office")
    GOVERNMENT = "government", _("Government or competent department")
    HOTLINE = "hotline", _("12345 hotline")


class CourtStage(TextChoices):
    """How far a court has come with what it entrusts; the limit of the mediation follows from it."""

    BEFORE_FILING = "before_filing", _("Before filing")
    ORDINARY = "ordinary", _("After filing, ordinary procedure")
    SUMMARY = "summary", _("After filing, summary procedure")


class HandOffGround(TextChoices):
    """Why a matter is handed out: because the law has it reported, or for an organ to handle it."""

    DUTY = "duty", _("Reported by duty: public order or crime may be at stake")
    HANDLING = "handling", _("Handed over for handling, with the parties' consent")


class TellingWay(TextChoices):
    """How an organ was told the result of what it had entrusted."""

    LETTER = "letter", _("By letter")
    PLATFORM = "platform", _("On the platform of the organ")
    IN_PERSON = "in_person", _("Handed over in person")


class OrganAnswer(TextChoices):
    """What came back from the organ to which a matter was handed."""

    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    SETTLED = "settled", _("Settled")


class Route(TextChoices):
    """The ways that stay open to the parties, and that they are told of."""

    COURT = "court", _("Lawsuit at the people's court")
    LABOUR_ARBITRATION = "labour_arbitration", _("Labour and personnel arbitration")
    LAND_ARBITRATION = "land_arbitration", _("Arbitration of rural land contracts")
    ARBITRATION = "arbitration", _("Commercial arbitration, where agreed on")
    ADMINISTRATIVE = "administrative", _("Handling by the competent administrative organ")
    RECONSIDERATION = "reconsideration", _("Administrative reconsideration")
    POLICE = "police", _("Report to the police")
    PROTECTION_ORDER = "protection_order", _("Personal protection order of the court")
    LEGAL_AID = "legal_aid", _("Legal aid")
    PETITION = "petition", _("Petition at the petition office")
    ENFORCEMENT = "enforcement", _("Enforcement of the confirmed agreement by the court")


class SessionState(TextChoices):
    """What became of a session that was planned."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class AttendanceRole(TextChoices):
    """As what somebody is at a session."""

    PARTY = "party", _("Party")
    MEDIATOR = "mediator", _("Mediator")
    RECORDER = "recorder", _("Recorder")
    PARTICIPANT = "participant", _("Further participant")


class ReadBack(TextChoices):
    """How the record of a session came back to the parties before they signed it."""

    READ = "read", _("The parties read it themselves")
    READ_OUT = "read_out", _("It was read out to the parties")


class CourtGround(TextChoices):
    """Why a court is the right one for the confirmation of an agreement."""

    INVITING = "inviting", _("It invited the mediation")
    DOMICILE = "domicile", _("Basic court at a party's domicile")
    OBJECT = "object", _("Basic court where the object lies")
    COMMITTEE = "committee", _("Basic court at the committee's seat")


class AgreementSubject(TextChoices):
    """What an agreement settles; a court confirms only the first."""

    CIVIL = "civil", _("Civil rights and duties")
    IDENTITY = "identity", _("Whether an identity relation exists")
    ADOPTION = "adoption", _("Whether an adoption stands")
    MARRIAGE = "marriage", _("Whether a marriage stands")
    NOT_CIVIL = "not_civil", _("Something that civil courts do not hear")


class CourtResult(TextChoices):
    """How the court answered a joint application."""

    CONFIRMED = "confirmed", _("Confirmed")
    DISMISSED = "dismissed", _("Dismissed")
    WITHDRAWN = "withdrawn", _("Application withdrawn")


class FollowUpOccasion(TextChoices):
    """What a follow-up comes after."""

    AGREEMENT = "agreement", _("Seven days after the agreement")
    INSTALMENT = "instalment", _("Three days after an agreed day")
    FINAL = "final", _("Thirty days after the last agreed day")


class FollowUpState(TextChoices):
    """Whether a follow-up is still to be done; dropped with a new round, or with an agreement that was not kept."""

    DUE = "due", _("To be done")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class ContactWay(TextChoices):
    """How somebody was sought out."""

    PHONE = "phone", _("By telephone")
    VISIT = "visit", _("By a visit")
    OFFICE = "office", _("At the center")


class Satisfaction(TextChoices):
    """What came of a follow-up."""

    SATISFIED = "satisfied", _("Satisfied")
    BASICALLY = "basically", _("Basically satisfied")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    UNREACHABLE = "unreachable", _("Not reached")


class FollowUpVerdict(TextChoices):
    """What is done about somebody who is dissatisfied."""

    REOPEN = "reopen", _("Take the matter up again")
    EXPLAIN = "explain", _("Explain it to the party")


class FormedBy(TextChoices):
    """How the members of a mediation committee came to their seats."""

    RESIDENTS = "residents", _("Elected by the assembly of villagers or residents")
    STAFF = "staff", _("Elected by the assembly of staff or the trade union")
    FOUNDER = "founder", _("Engaged by the town or the association that set it up")


class Seat(TextChoices):
    """As what somebody belongs to a mediation committee; whoever is engaged mediates without being a member."""

    CHAIR = "chair", _("Chair")
    DEPUTY = "deputy", _("Deputy chair")
    MEMBER = "member", _("Member")
    ENGAGED = "engaged", _("Engaged mediator")


class MinorityMember(TextChoices):
    """What a committee states about a member of the smaller peoples of its area."""

    NOT_DUE = "not_due", _("Not called for: no area of several peoples")
    THERE = "there", _("There is one")
    MISSING = "missing", _("There is none, though one is called for")


class Shortcoming(TextChoices):
    """What a mediation committee lacks by law."""

    NO_CHAIR = "no_chair", _("It has no chair.")
    TOO_FEW = "too_few", _("It has fewer than three members.")
    TOO_MANY = "too_many", _("It has more than nine members.")
    NO_WOMAN = "no_woman", _("It states that no woman is among its members.")
    NO_MINORITY = "no_minority", _("It states that no member is of the smaller peoples of its area.")


class Language(TextChoices):
    """What a mediator speaks, or a party needs: the common language, a group of dialects, or another language."""

    PUTONGHUA = "putonghua", _("Putonghua")
    WU = "wu", _("Wu dialects")
    MIN = "min", _("Min dialects")
    YUE = "yue", _("Cantonese dialects")
    HAKKA = "hakka", _("Hakka dialects")
    GAN = "gan", _("Gan dialects")
    XIANG = "xiang", _("Xiang dialects")
    MANDARIN = "mandarin", _("Mandarin dialects")
    JIN = "jin", _("Jin dialects")
    HUI = "hui", _("Huizhou dialects")
    MONGOLIAN = "mongolian", _("Mongolian")
    TIBETAN = "tibetan", _("Tibetan")
    UYGHUR = "uyghur", _("Uyghur")
    KOREAN = "korean", _("Korean")
    ZHUANG = "zhuang", _("Zhuang")
    YI = "yi", _("Yi")
    SIGN = "sign", _("Sign language")
    FOREIGN = "foreign", _("A foreign language")
