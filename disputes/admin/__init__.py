"""The mediation's part of the back-office: the registration page, and the acts and papers on the case page."""

from disputes.admin.acts import dispute_acts
from disputes.admin.committees import CommitteeAdmin
from disputes.admin.disputes import DisputeAdmin
from disputes.admin.groups import group_acts
from disputes.admin.hand_offs import hand_off_acts
from disputes.admin.hearings import hearing_acts
from disputes.admin.joint import JointUnitAdmin, joint_acts
from disputes.admin.mediators import mediator_acts
from disputes.admin.relations import relation_acts
from disputes.admin.safety import safety_acts

__all__ = [
    "CommitteeAdmin",
    "DisputeAdmin",
    "JointUnitAdmin",
    "dispute_acts",
    "group_acts",
    "hand_off_acts",
    "hearing_acts",
    "joint_acts",
    "mediator_acts",
    "relation_acts",
    "safety_acts",
]
