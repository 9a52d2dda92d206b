from cases.querysets import OnCaseQuerySet


class DisputeQuerySet(OnCaseQuerySet):
    """A mediation is seen by those who see its case."""
