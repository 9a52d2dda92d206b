"""What a row said before it was changed: written by the database itself, so that no way of writing passes it by.

``keep_history`` puts triggers on a table, ``recorded`` names who writes and on what occasion; the application's role
can read the record but neither write nor change it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import connection, models, transaction
from django.db.migrations import RunSQL
from django.utils.translation import gettext_lazy as _

from core import acting
from core.scoping import HouseQuerySet

ROTATION: Final = "rotate_keys"
# A session keeps the plan of its first change, be it of one row; a loop of loops would join many in hours.
_FUNCTION: Final = """
CREATE FUNCTION core_keep_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    by_whom bigint := nullif(current_setting('maplebridge.actor', true), '');
    why text := coalesce(current_setting('maplebridge.occasion', true), '');
    matter text := nullif(TG_ARGV[0], '');
    left_out text[] := coalesce(TG_ARGV[1:], '{}');
BEGIN
    -- The same values under another key are no change; the owner alone can say that it is no more than that.
    IF why = 'rotate_keys' AND session_user = (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
    ) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO core_rowchange (table_name, row_id, kind, before, matter_id, at, actor_id, occasion)
        SELECT TG_TABLE_NAME, new_rows.id, 'insert', NULL,
            CASE WHEN matter IS NOT NULL THEN (to_jsonb(new_rows) ->> matter)::bigint END,
            statement_timestamp(), by_whom, why
        FROM new_rows;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO core_rowchange (table_name, row_id, kind, before, matter_id, at, actor_id, occasion)
        SELECT TG_TABLE_NAME, changed.id, 'update', said - left_out, (said ->> matter)::bigint,
            statement_timestamp(), by_whom, why
        FROM (
            SELECT old_rows.id, to_jsonb(old_rows) AS said FROM old_rows JOIN new_rows USING (id)
            WHERE old_rows IS DISTINCT FROM new_rows OFFSET 0
        ) AS changed;
    ELSE
        INSERT INTO core_rowchange (table_name, row_id, kind, before, matter_id, at, actor_id, occasion)
        SELECT TG_TABLE_NAME, removed.id, 'delete', said - left_out, (said ->> matter)::bigint,
            statement_timestamp(), by_whom, why
        FROM (SELECT old_rows.id, to_jsonb(old_rows) AS said FROM old_rows OFFSET 0) AS removed;
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER: Final = """
CREATE TRIGGER keep_history_of_{event} AFTER {event} ON {table} REFERENCING {rows}
FOR EACH STATEMENT EXECUTE FUNCTION core_keep_history({arguments})
"""
_ROWS: Final = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}
# Among the locks, and not by waiting for one: nobody waits for the other here.
_OTHERS_WRITE: Final = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE relation = %s::regclass AND mode = 'RowExclusiveLock' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND pid IS DISTINCT FROM pg_backend_pid()
)
"""
_POLICY: Final = """
ALTER TABLE core_rowchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen_with_the_matter ON core_rowchange FOR SELECT
USING (matter_id IS NULL OR EXISTS (SELECT FROM {matters} AS matter WHERE matter.id = core_rowchange.matter_id))
"""
_NO_POLICY: Final = """
DROP POLICY seen_with_the_matter ON core_rowchange;
ALTER TABLE core_rowchange DISABLE ROW LEVEL SECURITY
"""


class RowChangeKind(models.TextChoices):
    INSERT = "insert", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("removed")


class RowChange(models.Model):
    """One row that was created, changed or removed, with what it said before; personal data stay encrypted in it.

    What it said afterwards is what the next record of the same row says, or the row itself. ``matter_id`` is the matter
    that the row belongs to, if it belongs to one: whom the database shows that matter, it shows the record.
    """

    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    kind = models.CharField(max_length=6, choices=RowChangeKind.choices)
    before = models.JSONField(null=True)
    matter_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    occasion = models.CharField(max_length=60, blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("change of a row")
        verbose_name_plural = _("changes of rows")
        indexes = [
            models.Index(fields=["table_name", "row_id", "id"], name="rowchange_of_row"),
            models.Index(
                fields=["matter_id", "id"], name="rowchange_of_matter", condition=models.Q(matter_id__isnull=False)
            ),
            # The records of one occasion lie together, and their writing is not to wait for a second tree.
            BrinIndex(
                fields=["occasion"], name="rowchange_of_occasion", condition=~models.Q(occasion=""), autosummarize=True
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.kind}"


@contextmanager
def recorded(*, actor_id: int, occasion: str = "") -> Iterator[None]:
    """Run the block in a transaction whose writes are recorded as made by ``actor_id`` on ``occasion``."""
    with transaction.atomic():
        _say(actor=str(actor_id), occasion=occasion)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                _say(actor=str(acting.person_id() or ""), occasion="")


def last_change() -> int | None:
    """Return the number of the newest change that is on record, None while others may still add older ones.

    Numbers are given out before their transactions end. Whoever may still be at it holds the record's table open, and
    who ended before this was asked is seen by whatever is read from now on. So nothing has changed in between if two
    calls return the same number.
    """
    newest = RowChange.objects.aggregate(newest=models.Max("pk", default=0))["newest"]
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS_WRITE, [RowChange._meta.db_table])  # noqa: SLF001 - the documented Meta API
        (others_write,) = cursor.fetchone()
    return None if others_write else newest


def history_function() -> RunSQL:
    """Return the migration step that makes the function behind the triggers."""
    return RunSQL(_FUNCTION, "DROP FUNCTION core_keep_history()")


def keep_history(
    *tables: str, matter: str = "", without: Sequence[str] = (), events: Sequence[str] = tuple(_ROWS)
) -> list[RunSQL]:
    """Return the migration steps by which changes of ``tables`` are recorded from now on, all of them or some events.

    ``matter`` is the column that names the matter a row belongs to. Of the columns ``without`` a record says no more
    than that the row changed.
    """
    arguments = ", ".join(f"'{name}'" for name in (matter, *without))
    return [
        RunSQL(
            _TRIGGER.format(event=event, table=table, rows=_ROWS[event], arguments=arguments),
            f"DROP TRIGGER keep_history_of_{event} ON {table}",
        )
        for table in tables
        for event in events
    ]


def history_follows(matters: str) -> RunSQL:
    """Return the migration step that shows the records of a matter to those alone who are shown its row."""
    return RunSQL(_POLICY.format(matters=matters), _NO_POLICY)


def _say(*, actor: str, occasion: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('maplebridge.actor', %s, true), set_config('maplebridge.occasion', %s, true)",
            [actor, occasion],
        )
