"""The record grows and is never rewritten: the application's role may not, whatever its code says."""

from django.db import migrations

from core.grants import leave_columns, withhold

KEPT = ["cases_case", "cases_party", "cases_transfer", "cases_clock", "cases_clockstep", "cases_result"]
KEPT += ["cases_clockrule", "cases_pause", "cases_extension", "cases_accused", "cases_recusal", "cases_reopening"]
KEPT += ["cases_attachment", "cases_attachmentcontent"]
KEPT += ["cases_paper", "cases_papercontent", "cases_papertemplate", "cases_papertemplatecontent"]
KEPT += ["cases_identityreveal", "cases_sensitivitychange"]
# A rule that clocks follow stays as it was set; it can only be given an end.
END_OF_A_RULE = ["valid_until", "planned_until", "ended_by_id", "ended_at", "end_ground"]
# Attachments, papers and forms stay as they came; they can only be withdrawn. Contents are written anew when their key
# changes.
WITHDRAWAL = ["withdrawn_by_id", "withdrawn_at", "withdrawal_reason"]


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_tables")]
    operations = [
        withhold(["cases_event", "cases_caseplace"], "UPDATE, DELETE"),
        withhold(["cases_identity"], "UPDATE"),
        withhold(KEPT, "DELETE"),
        withhold(["cases_archivedfile"], "UPDATE, DELETE"),
        leave_columns("cases_clockrule", END_OF_A_RULE),
        *(leave_columns(f"cases_{table}", WITHDRAWAL) for table in ("attachment", "paper", "papertemplate")),
    ]
