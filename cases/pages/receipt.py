"""The query code between its issue and the printer: encrypted in the issuer's own session, for half an hour."""

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cases.models import Case
from core import clock
from core.crypto import decrypt, encrypt

SESSION_KEY: Final = "query_code"
LIFETIME: Final = timedelta(minutes=30)


def keep_code(request: HttpRequest, case: Case, code: str) -> HttpResponse:
    """Keep a fresh code for the receipt of ``case`` and go there."""
    request.session[SESSION_KEY] = {
        "case": case.pk,
        "code": encrypt(code, context=SESSION_KEY),
        "until": (clock.now() + LIFETIME).isoformat(),
    }
    return HttpResponseRedirect(reverse("admin:cases_case_receipt", args=[case.pk]))


def kept_code(request: HttpRequest, case: Case) -> str:
    """Return the code kept for the receipt of ``case`` in groups of four, or nothing."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["case"] != case.pk or datetime.fromisoformat(kept["until"]) < clock.now():
        return ""
    code = decrypt(kept["code"], context=SESSION_KEY)
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
