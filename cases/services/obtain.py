from cases.models import Case
from core.models import User


def obtain_case(case_id: int, *, actor: User, permission: str) -> Case:
    """Return the case locked for writing, if ``actor`` sees it and holds ``permission`` where it arose.

    Raises Case.DoesNotExist otherwise, whether the case is out of sight or never existed.
    """
    cases = Case.objects.obtainable_by(actor, permission)
    return cases.select_for_update(of=("self",)).select_related("holder", "unit", "village").get(pk=case_id)
