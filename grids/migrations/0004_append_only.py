"""What left the system stays on record."""

from django.db import migrations

from core.grants import withhold


class Migration(migrations.Migration):
    dependencies = [("grids", "0003_staging")]
    operations = [withhold(["grids_rosterexport"], "UPDATE, DELETE")]
