from disputes.models.agreement import Agreement
from disputes.models.mediator import Mediator
from disputes.models.performance import Obligation, Performance
from disputes.models.procedure import Consent, Dispute, Ending
from disputes.models.safety import SafetyFlag, SafetyMeasure

__all__ = [
    "Agreement",
    "Consent",
    "Dispute",
    "Ending",
    "Mediator",
    "Obligation",
    "Performance",
    "SafetyFlag",
    "SafetyMeasure",
]
