from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a petition is for (Regulations on Petition Work, arts. 29–31)."""

    SUGGESTION = "suggestion", _("Suggestion")
    ACCUSATION = "accusation", _("Accusation")
    CLAIM = "claim", _("Claim")


class ClaimRoute(TextChoices):
    """By which of the six numbers of article 31 a claim is handled."""

    JUSTICE = "31_1", _("31(1) court, procuratorate or police")
    ARBITRATION = "31_2", _("31(2) arbitration")
    PARTY_APPEAL = "31_3", _("31(3) appeal of a Party member")
    ADMINISTRATIVE = "31_4", _("31(4) reconsideration, ruling, confirmation, permit or penalty")
    DUTY = "31_5", _("31(5) investigation of a breach, or protection")
    PETITION = "31_6", _("31(6) petition procedure")


class Agency(TextChoices):
    """Who speaks for a petitioner: by the petitioner's authority, or by law."""

    AUTHORISED = "authorised", _("Authorised agent")
    GUARDIAN = "guardian", _("Guardian")


class Instance(TextChoices):
    """Who decides about a claim: the organ that handles it, the next higher one, and once more the next higher one."""

    HANDLING = "handling", _("Handling")
    REVIEW = "review", _("Review")
    REREVIEW = "rereview", _("Re-review")


class State(TextChoices):
    """Where a petition stands; the states that end a round are checked by a second person."""

    REGISTERED = "registered", _("Registered")
    TRIAGED = "triaged", _("Triaged")
    REFERRED = "referred", _("Referred to a unit")
    OBJECTED = "objected", _("Objected to")
    ACCEPTED = "accepted", _("Accepted")
    IN_PROCEDURE = "in_procedure", _("In statutory procedure")
    DRAFTED = "drafted", _("Opinion drafted")
    OPINION_ISSUED = "opinion_issued", _("Opinion issued")
    SERVED = "served", _("Opinion served")
    REVIEW_WINDOW = "review_window", _("Open to review")
    UNDER_REVIEW = "under_review", _("Under review")
    REVIEW_DRAFTED = "review_drafted", _("Review opinion drafted")
    REVIEW_ISSUED = "review_issued", _("Review opinion issued")
    REVIEW_SERVED = "review_served", _("Review opinion served")
    REREVIEW_WINDOW = "rereview_window", _("Open to re-review")
    UNDER_REREVIEW = "under_rereview", _("Under re-review")
    REREVIEW_DRAFTED = "rereview_drafted", _("Re-review opinion drafted")
    REREVIEW_ISSUED = "rereview_issued", _("Re-review opinion issued")
    REREVIEW_SERVED = "rereview_served", _("Re-review opinion served")
    FINAL = "final", _("Final")
    SETTLED = "settled", _("Settled by consent")
    REPLIED = "replied", _("Suggestion replied to")
    PROCEDURE_ENDED = "procedure_ended", _("Statutory procedure ended")
    TRANSFERRED = "transferred", _("Transferred under seal")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    GUIDED_OUT = "guided_out", _("Guided to the statutory route")
    WITHDRAWN = "withdrawn", _("Withdrawn by the petitioner")
    CLOSED = "closed", _("Closed")


class Action(TextChoices):
    TRIAGE = "triage_petition", _("Triage")
    ACCEPT = "accept_petition", _("Accept")
    DECLINE = "decline_petition", _("Do not accept")
    GUIDE_OUT = "guide_petition", _("Guide to the statutory route")
    ENTER_PROCEDURE = "enter_procedure", _("Enter the statutory procedure")
    END_PROCEDURE = "end_procedure", _("Record the result of the procedure")
    REPLY = "reply_suggestion", _("Reply to the suggestion")
    TRANSFER = "transfer_accusation", _("Transfer under seal")
    SETTLE = "settle_petition", _("Record a settlement")
    DRAFT = "draft_opinion", _("Draft the opinion")
    SIGN = "sign_opinion", _("Sign the opinion")
    SEND_BACK = "send_back_opinion", _("Send the draft back")
    SERVE = "serve_opinion", _("Record the service of the opinion")
    WITHDRAW = "withdraw_petition", _("Record a withdrawal")
    CONFIRM = "confirm_petition", _("Verify")
    RETURN = "return_petition", _("Return for more work")
    CLOSE = "close_petition", _("Close: no review was asked for")
    REFER = "refer_petition", _("Refer to a unit")
    RECEIVE = "receive_referral", _("Sign for the referral")
    OBJECT = "object_to_referral", _("Object to the referral")
    UPHOLD = "uphold_objection", _("Uphold the objection")
    REJECT = "reject_objection", _("Reject the objection")
    DECIDE_COMPETENCE = "decide_competence", _("Decide which unit is competent")
    ASK_REVIEW = "ask_review", _("Record that a review was asked for")
    NAME_REVIEWER = "name_reviewer", _("Name the reviewer")
    DRAFT_REVIEW = "draft_review", _("Draft the review opinion")
    RECORD_REVIEW = "record_review", _("Record the decision of another organ")
    WITHDRAW_REVIEW = "withdraw_review", _("Record that the request was withdrawn")
    HANDLE_ANEW = "handle_anew", _("Handle anew: the opinion was revoked")


class ReferralKind(TextChoices):
    """How a petition is passed to a unit (art. 22): to be handled, or to be handled and reported back by a day."""

    FORWARD = "forward", _("Forwarded")
    ASSIGN = "assign", _("Assigned, to be reported on")


class NoticeKind(TextChoices):
    """What the petitioner is told in writing."""

    RECEIPT = "receipt", _("Notice of receipt")
    REFERRAL = "referral", _("Notice of the referral")
    ACCEPTANCE = "acceptance", _("Notice of acceptance")
    NON_ACCEPTANCE = "non_acceptance", _("Notice of non-acceptance")
    GUIDANCE = "guidance", _("Notice of the statutory route")
    OPINION = "opinion", _("Handling opinion")
    REVIEW = "review", _("Review opinion")
    REREVIEW = "rereview", _("Re-review opinion")
    REPLY = "reply", _("Reply to a suggestion")
    SETTLEMENT = "settlement", _("Settlement agreement")


class ServiceMethod(TextChoices):
    """How a paper reached its recipient; what proves it stands beside."""

    IN_PERSON = "in_person", _("Handed over, signed for")
    POST = "post", _("By post, with return receipt")
    LEFT = "left", _("Left at the dwelling, before a witness")
    ELECTRONIC = "electronic", _("Electronically, by consent")
    PUBLIC = "public", _("By public announcement")


class NotAcceptedReason(TextChoices):
    """Why a petition is not accepted, or no longer (arts. 19, 23, 28, 36)."""

    IN_PROGRESS = "N1", _("The same matter is being handled already")
    FINAL = "N2", _("Final after re-review, the same facts and reasons")
    NOT_COMPETENT = "N3", _("Outside the remit of this organ")
    STATUTORY_ROUTE = "N4", _("A statutory route is open")


class StatutoryRoute(TextChoices):
    """Where a matter goes that the petition procedure does not decide."""

    RECONSIDERATION = "reconsideration", _("Administrative reconsideration")
    ADMINISTRATIVE_SUIT = "administrative_suit", _("Administrative suit")
    PERFORMANCE_OF_DUTY = "performance_of_duty", _("Application for the performance of a duty")
    LABOUR_ARBITRATION = "labour_arbitration", _("Labour arbitration")
    LAND_ARBITRATION = "land_arbitration", _("Arbitration of rural land contracts")
    DISCLOSURE = "disclosure", _("Disclosure of government information")
    CIVIL_SUIT = "civil_suit", _("Civil suit")
    CRIMINAL = "criminal", _("Police or procuratorate")
    ADMINISTRATIVE_DECISION = "administrative_decision", _("Ruling, confirmation, permit or penalty")
    PARTY_APPEAL = "party_appeal", _("Appeal within the Party")
    DISCIPLINE = "discipline", _("Discipline inspection and supervision")


class OpinionOutcome(TextChoices):
    """What an opinion decides about the claim (art. 32), and what a higher organ about the opinion (arts. 35, 36)."""

    SUPPORTED = "supported", _("Supported")
    PARTLY_SUPPORTED = "partly_supported", _("Partly supported")
    EXPLAINED = "explained", _("Reasonable, without a legal basis: explained")
    NOT_SUPPORTED = "not_supported", _("Not supported")
    UPHELD = "upheld", _("Upheld")
    CHANGED = "changed", _("Changed")
    REVOKED = "revoked", _("Revoked, to be handled anew")


class SuggestionOutcome(TextChoices):
    ADOPTED = "adopted", _("Adopted")
    PARTLY_ADOPTED = "partly_adopted", _("Partly adopted")
    NOT_ADOPTED = "not_adopted", _("Not adopted")
