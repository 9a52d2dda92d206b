"""Every change of a grid, a member or a service is recorded by the database."""

from django.db import migrations

from core.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("grids", "0001_tables"), ("core", "0003_history")]
    operations = [*keep_history("grids_grid", "grids_gridmember", "grids_assignment")]
