"""The two imports and exports as django-import-export knows them: they translate; services decide and write."""

from typing import Any, ClassVar

from import_export.fields import Field
from import_export.resources import ModelResource

from core import clock
from core.masking import mask_id_number, mask_mobile
from core.models import User
from grids.enums import GridKind, GridPost, Sex
from grids.models import Grid, GridMember
from grids.resources.results import RosterResult
from grids.resources.workbooks import Sheet
from grids.rules import columns
from grids.rules.columns import Layout
from grids.services.import_grids import import_grids, preview_grids
from grids.services.import_members import ImportPlan, import_members, preview_members

KIND_WORDS = {kind: word for word, kind in columns.KINDS.items()}
POST_WORDS = {post: word for word, post in columns.POSTS.items()}
SEX_WORDS = {sex: word for word, sex in columns.SEXES.items()}


class RosterResource(ModelResource):
    """An import that judges the file as a whole, in a fixed number of queries, instead of row by row."""

    layout: ClassVar[Layout]

    def import_data(self, dataset: Sheet, dry_run: bool = False, **kwargs: Any) -> RosterResult:  # noqa: FBT001, FBT002 - the library's signature
        user: User = kwargs["user"]
        plan = self.preview(dataset, user) if dry_run else self.write(dataset, user, kwargs.get("file_name") or "")
        return RosterResult(dataset, plan)

    def preview(self, sheet: Sheet, user: User) -> ImportPlan:
        raise NotImplementedError

    def write(self, sheet: Sheet, user: User, file_name: str) -> ImportPlan:
        raise NotImplementedError


class GridResource(RosterResource):
    layout = columns.GRIDS
    code = Field("code", columns.GRID_CODE)
    name = Field("name", columns.GRID_NAME)
    kind = Field(column_name=columns.GRID_KIND)
    households = Field("households", columns.HOUSEHOLDS)

    class Meta:
        model = Grid
        fields = ("code", "name", "kind", "households")

    def dehydrate_kind(self, grid: Grid) -> str:
        return KIND_WORDS[GridKind(grid.kind)]

    def preview(self, sheet: Sheet, user: User) -> ImportPlan:
        return preview_grids(sheet.rows, actor=user)

    def write(self, sheet: Sheet, user: User, file_name: str) -> ImportPlan:
        return import_grids(sheet.rows, actor=user, now=clock.now(), file_name=file_name)


class MemberResource(RosterResource):
    """Members leave the system with identity and phone numbers masked, each with the services the user may see."""

    layout = columns.MEMBERS
    grid_code = Field(column_name=columns.GRID_CODE)
    grid_name = Field(column_name=columns.GRID_NAME)
    name = Field("name", columns.NAME)
    id_number = Field(column_name=columns.ID_NUMBER)
    sex = Field(column_name=columns.SEX)
    mobile = Field(column_name=columns.MOBILE)
    post = Field(column_name=columns.POST)
    starts_on = Field(column_name=columns.STARTS_ON)
    badge_no = Field("badge_no", columns.BADGE_NO)
    note = Field("note", columns.NOTE)

    class Meta:
        model = GridMember
        fields = (
            "grid_code", "grid_name", "name", "id_number", "sex", "mobile", "post", "starts_on", "badge_no", "note",
        )  # fmt: skip

    def dehydrate_grid_code(self, member: Any) -> str:
        return "、".join(service.grid.code for service in member.services_here)

    def dehydrate_grid_name(self, member: Any) -> str:
        return "、".join(service.grid.name for service in member.services_here)

    def dehydrate_post(self, member: Any) -> str:
        return "、".join(POST_WORDS[GridPost(service.post)] for service in member.services_here)

    def dehydrate_starts_on(self, member: Any) -> str:
        return "、".join(service.starts_on.isoformat() for service in member.services_here)

    def dehydrate_id_number(self, member: GridMember) -> str:
        return mask_id_number(member.id_number)

    def dehydrate_mobile(self, member: GridMember) -> str:
        return mask_mobile(member.mobile)

    def dehydrate_sex(self, member: GridMember) -> str:
        return SEX_WORDS[Sex(member.sex)]

    def preview(self, sheet: Sheet, user: User) -> ImportPlan:
        return preview_members(sheet.rows, actor=user, today=clock.today())

    def write(self, sheet: Sheet, user: User, file_name: str) -> ImportPlan:
        return import_members(sheet.rows, actor=user, now=clock.now(), file_name=file_name)
