"""Thirty guards, each broken by one small exact replacement, and the part of the matrix that must see it.

A mutant of the first wall alone is put to the matrix as the owner of the tables, whom the second wall does not hold;
one of the second wall needs a database of its own, because the wall is made when the tables are.
"""

from dataclasses import dataclass
from typing import Final

BASES: Final = "core/admin/bases.py"
CASES: Final = "cases/querysets.py"
RIGHTS: Final = "cases/reports/__init__.py"
SESSIONS: Final = "core/door/sessions.py"
WALL: Final = "cases/migrations/0005_row_security.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken guard: ``old`` stands once in ``file``. It is caught at these endpoints, by this kind of user."""

    name: str
    file: str
    old: str
    new: str
    endpoints: str
    kind: str
    first_wall_alone: bool = False
    own_database: bool = False


MUTANTS: Final = (
    Mutant(
        "lists and pages show every row",
        BASES,
        "super().get_queryset(request).visible_to(request.user)",
        "super().get_queryset(request)",
        "grids_grid_change",
        "other_roster",
    ),
    Mutant(
        "a case is looked up past its scope",
        "cases/admin/cases.py",
        "Case.objects.visible_to(account(request)).with_is_paused()",
        "Case.objects.all().with_is_paused()",
        "cases_case_change",
        "sibling_handler",
    ),
    Mutant(
        "a row is looked up past the list",
        BASES,
        "get_object_or_404(self.row_queryset(request), pk=object_id)",
        "get_object_or_404(self.model, pk=object_id)",
        "cases_case_change",
        "other_supervisor",
    ),
    Mutant(
        "an act asks for no right",
        BASES,
        "if act is None or act.permission not in self.rights_on(request, row):",
        "if act is None:",
        "cases_case_act:triage",
        "clerk",
    ),
    Mutant(
        "what is read-only may be changed",
        BASES,
        "has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:\n        return False",
        "has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:\n        return True",
        "centers_center_change",
        "clerk",
    ),
    Mutant(
        "a recusal keeps nobody out",
        CASES,
        'scopes[SEALED].covers()) & has_part(user, in_matter="pk")',
        "scopes[SEALED].covers())",
        "cases_case_change",
        "accused",
        first_wall_alone=True,
    ),
    Mutant(
        "a seal hides nothing",
        CASES,
        "openly = ~Q(sensitivity=Sensitivity.SEALED) & (",
        "openly = (",
        "cases_case_change",
        "clerk",
        first_wall_alone=True,
    ),
    Mutant(
        "any reader opens a seal",
        CASES,
        "~Q(sensitivity=Sensitivity.NORMAL) & scopes[SEALED].covers()",
        '~Q(sensitivity=Sensitivity.NORMAL) & scopes["cases.view_case"].covers()',
        "cases_case_change",
        "clerk",
        first_wall_alone=True,
    ),
    Mutant(
        "every desk is one's own",
        CASES,
        "on_my_desk = Q(handler=user.pk) & scopes[HANDLE].covers()",
        "on_my_desk = scopes[HANDLE].covers()",
        "cases_case_change",
        "former_handler",
    ),
    Mutant(
        "whoever may handle handles every matter",
        RIGHTS,
        "and not (permission == HANDLE and case.handler_id != user.pk)",
        "",
        "cases_case_act:accept",
        "confidential",
    ),
    Mutant(
        "the center below acts on what it has handed on",
        RIGHTS,
        "if not (permission in HOLDERS_ACTS and level in LEVELS[holder + 1 :])",
        "if permission",
        "cases_case_act:triage",
        "triage",
    ),
    Mutant(
        "a center extends its own limits",
        RIGHTS,
        "and not (permission == EXTEND and level in LEVELS[holder:])",
        "",
        "cases_case_act:grant",
        "supervisor",
    ),
    Mutant(
        "a post that has ended goes on",
        "centers/reports/__init__.py",
        "AND post.starts_on <= %(today)s AND (post.ends_on IS NULL OR post.ends_on >= %(today)s)",
        "AND post.starts_on <= %(today)s",
        "cases_case_*",
        "revoked_clerk",
    ),
    Mutant(
        "a post holds before it begins",
        "centers/reports/__init__.py",
        "AND post.starts_on <= %(today)s AND (post.ends_on IS NULL OR post.ends_on >= %(today)s)",
        "AND (post.ends_on IS NULL OR post.ends_on >= %(today)s)",
        "cases_case_*",
        "future_clerk",
    ),
    Mutant(
        "an idle stay goes on",
        SESSIONS,
        "if now >= datetime.fromisoformat(stay.seen_at) + timedelta(seconds=settings.SESSION_IDLE_SECONDS):",
        "if False:",
        "index",
        "session_idle",
    ),
    Mutant(
        "a stay has no end",
        SESSIONS,
        "if now >= datetime.fromisoformat(stay.since) + timedelta(seconds=settings.SESSION_COOKIE_AGE):",
        "if False:",
        "index",
        "session_over",
    ),
    Mutant(
        "one account is in two places",
        SESSIONS,
        "if stay.mark != mark:",
        "if False:",
        "index",
        "signed_in_elsewhere",
    ),
    Mutant(
        "a password alone lets in whoever has a second factor",
        SESSIONS,
        "return settings.SECOND_FACTOR and not stay.has_factor and second_factor.is_set_up(user)",
        "return False",
        "index",
        "without_second_factor",
    ),
    Mutant(
        "nobody owes a second factor",
        SESSIONS,
        "if settings.SECOND_FACTOR and not stay.has_factor:",
        "if False:",
        "index",
        "before_second_factor",
    ),
    Mutant(
        "an old password goes on",
        SESSIONS,
        "if stay.must_change_password:",
        "if False:",
        "index",
        "password_expired",
    ),
    Mutant(
        "everybody exports",
        "grids/admin/exports.py",
        "    def has_export_permission(self, request: HttpRequest) -> bool:\n"
        "        return request.user.has_perm(EXPORT_ROSTER)",
        "    def has_export_permission(self, request: HttpRequest) -> bool:\n        return True",
        "grids_grid_export",
        "clerk",
    ),
    Mutant(
        "a finished list is handed to anybody",
        "grids/admin/exports.py",
        'ExportJob.objects.visible_to(account(request)).select_related("export")',
        'ExportJob.objects.select_related("export")',
        "grids_exportjob_*",
        "other_roster",
    ),
    Mutant(
        "everybody uploads",
        "grids/admin/imports.py",
        "    def _require(self, request: HttpRequest) -> None:\n        if not request.user.has_perm(IMPORT_ROSTER):",
        "    def _require(self, request: HttpRequest) -> None:\n        if False:",
        "grids_rosterimport_*",
        "clerk",
    ),
    Mutant(
        "a query code is issued anew by a link",
        "cases/admin/cases.py",
        'if name == "reissue" and request.method == "POST":',
        'if name == "reissue":',
        "cases_case_act:reissue",
        "clerk",
    ),
    Mutant(
        "everybody exports the trail",
        "core/admin/audit.py",
        'if request.method != "POST" or not request.user.has_perm(EXPORT):',
        'if request.method != "POST":',
        "core_auditentry_export",
        "clerk",
    ),
    Mutant(
        "an administrator changes accounts of others' places",
        "core/admin/accounts.py",
        "return obj is None or reachable.filter(pk=obj.pk).exists()",
        "return True",
        "core_user_*",
        "other_secadmin",
    ),
    Mutant(
        "a masked field is shown without the right to it",
        "core/admin/reveal.py",
        "if policy is None or not policy.shown_with & rights or not getattr(row, field):",
        "if policy is None or not getattr(row, field):",
        "cases_case_reveal:*",
        "confidential",
    ),
    Mutant(
        "a message about a matter that is kept from its reader stays",
        "core/scoping.py",
        '.filter(Q(outbox__matter_id=None) | has_part(user, in_matter="outbox__matter_id"))',
        "",
        "core_inboxmessage_change",
        "accused",
    ),
    Mutant(
        "the database keeps nothing from the unit complained of",
        WALL,
        "post.unit_id = recusal.unit_id AND (",
        "post.unit_id = recusal.unit_id AND false AND (",
        "wall:*",
        "subordinate",
        own_database=True,
    ),
    Mutant(
        "the database opens every seal",
        WALL,
        "AND (sensitivity <> 'sealed' OR",
        "AND (true OR",
        "wall:*",
        "clerk",
        own_database=True,
    ),
)
