"""A fired step stays in the index that the sweep reads until the table is vacuumed, so that is done early and in full."""

from django.db import migrations

EARLY = "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000, vacuum_index_cleanup = on"
NAMES = "autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, vacuum_index_cleanup"


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE cases_clockstep SET ({EARLY})", reverse_sql=f"ALTER TABLE cases_clockstep RESET ({NAMES})"
        ),
    ]
