"""What the application's database role may do. The owner migrates; the role that serves requests owns nothing."""

from collections.abc import Sequence

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


def open_schema(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Let the application's role read and write rows of every table the owner makes from now on."""
    role = editor.quote_name(settings.DATABASE_APP_ROLE)
    editor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for kind, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT")):
        editor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {kind} TO {role}")
        editor.execute(f"GRANT {rights} ON ALL {kind} IN SCHEMA public TO {role}")


def withhold(tables: Sequence[str], rights: str) -> RunPython:
    """Return a migration step that takes ``rights`` on ``tables`` away from the application's role."""
    return RunPython(
        lambda _apps, editor: _change(editor, "REVOKE", rights, tables),
        lambda _apps, editor: _change(editor, "GRANT", rights, tables),
    )


def leave_columns(table: str, columns: Sequence[str]) -> RunPython:
    """Return a migration step that lets the application's role change only ``columns`` of ``table``."""
    rights = f"UPDATE ({', '.join(columns)})"

    def close_the_others(editor: BaseDatabaseSchemaEditor) -> None:
        _change(editor, "REVOKE", "UPDATE", [table])
        _change(editor, "GRANT", rights, [table])

    return RunPython(
        lambda _apps, editor: close_the_others(editor),
        lambda _apps, editor: _change(editor, "GRANT", "UPDATE", [table]),
    )


def _change(editor: BaseDatabaseSchemaEditor, verb: str, rights: str, tables: Sequence[str]) -> None:
    if editor.connection.settings_dict["USER"] == settings.DATABASE_APP_ROLE:
        return
    role = editor.quote_name(settings.DATABASE_APP_ROLE)
    for table in tables:
        preposition = "FROM" if verb == "REVOKE" else "TO"
        editor.execute(f"{verb} {rights} ON {editor.quote_name(table)} {preposition} {role}")
