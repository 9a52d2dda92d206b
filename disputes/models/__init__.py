from disputes.models.agreement import Agreement, Signature
from disputes.models.committee import Committee, CommitteeMember
from disputes.models.confirmation import Confirmation
from disputes.models.follow_up import ContactAttempt, FollowUp
from disputes.models.group import DisputeGroup, GroupMember, Representative
from disputes.models.hand_off import HandOff
from disputes.models.joint import JointUnit
from disputes.models.mediator import Mediator
from disputes.models.performance import Obligation, Performance
from disputes.models.procedure import Consent, Dispute, Ending
from disputes.models.relation import Relation
from disputes.models.safety import SafetyFlag, SafetyMeasure
from disputes.models.session import Attendance, Session, SessionRecord

__all__ = [
    "Agreement",
    "Attendance",
    "Committee",
    "CommitteeMember",
    "Confirmation",
    "Consent",
    "ContactAttempt",
    "Dispute",
    "DisputeGroup",
    "Ending",
    "FollowUp",
    "GroupMember",
    "HandOff",
    "JointUnit",
    "Mediator",
    "Obligation",
    "Performance",
    "Relation",
    "Representative",
    "SafetyFlag",
    "SafetyMeasure",
    "Session",
    "SessionRecord",
    "Signature",
]
