"""The record grows and is never rewritten: the application's role may not, whatever its code says."""

from django.db import migrations

from core.grants import withhold

KEPT = ["cases_case", "cases_party", "cases_transfer", "cases_clock", "cases_clockstep", "cases_result"]
KEPT += ["cases_clockrule", "cases_pause", "cases_extension", "cases_recusal"]


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_tables")]
    operations = [
        withhold(["cases_event"], "UPDATE, DELETE"),
        withhold(KEPT, "DELETE"),
    ]
