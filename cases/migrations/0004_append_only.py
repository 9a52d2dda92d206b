"""The record grows and is never rewritten: the application's role may not, whatever its code says."""

from django.db import migrations

from core.grants import leave_columns, withhold

KEPT = ["cases_case", "cases_party", "cases_transfer", "cases_clock", "cases_clockstep", "cases_result"]
KEPT += ["cases_clockrule", "cases_pause", "cases_extension", "cases_accused", "cases_recusal", "cases_reopening"]
# A rule that clocks follow stays as it was set; it can only be given an end.
END_OF_A_RULE = ["valid_until", "planned_until", "ended_by_id", "ended_at", "end_ground"]


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_tables")]
    operations = [
        withhold(["cases_event"], "UPDATE, DELETE"),
        withhold(KEPT, "DELETE"),
        leave_columns("cases_clockrule", END_OF_A_RULE),
    ]
