"""The code with which the one who brought a matter follows it. Only its keyed hash is kept."""

import secrets
from datetime import datetime
from typing import Final

from django.db import transaction

from cases.enums import EventKind
from cases.models import Case
from cases.services.events import record
from cases.services.obtain import obtain_case
from core.crypto import lookup_hash
from core.models import User

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 letters and digits that no pen and no eye confuses
LENGTH: Final = 12


def make_query_code() -> str:
    """Return a fresh code: twelve of 32 characters, 60 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def hash_query_code(code: str) -> str:
    return lookup_hash(code, context="query_code")


@transaction.atomic
def reissue_query_code(case_id: int, *, actor: User, now: datetime) -> tuple[Case, str]:
    """Give the case a new query code, which is returned this once; the old one is dead at once."""
    case = obtain_case(case_id, actor=actor, permission="cases.add_case")
    code = make_query_code()
    case.query_code_hash = hash_query_code(code)
    case.save(update_fields=["query_code_hash"])
    record(case, EventKind.CODE_ISSUED, actor=actor, now=now)
    return case, code
