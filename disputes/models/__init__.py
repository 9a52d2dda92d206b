from disputes.models.agreement import Agreement
from disputes.models.performance import Obligation, Performance
from disputes.models.procedure import Consent, Dispute, Ending

__all__ = ["Agreement", "Consent", "Dispute", "Ending", "Obligation", "Performance"]
