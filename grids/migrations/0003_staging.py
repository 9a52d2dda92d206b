"""Staged rows are many, written twice and gone in a week: not worth a log, and with room to change where they lie."""

from django.db import migrations

STAGED = ("grids_stagedmember", "grids_stagedgrid")


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_history")]
    operations = [
        migrations.RunSQL(
            [f"ALTER TABLE {table} SET UNLOGGED, SET (fillfactor = 45)" for table in STAGED],
            [f"ALTER TABLE {table} SET LOGGED, RESET (fillfactor)" for table in STAGED],
        )
    ]
