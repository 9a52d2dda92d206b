"""Files of rosters that were sent in, and lists that were asked for, as others need them."""

from grids.enums import ExportState, RosterKind
from grids.models import ExportJob
from grids.rules import columns
from grids.rules.identity import check_digit
from grids.services.ask_export import ask_export
from grids.services.carry_out import carry_out
from grids.services.take_up import take_up
from grids.services.upload_roster import upload_roster


def uploaded(user, name, *, now, text=""):
    """Return a roster file as somebody has just sent it in."""
    return upload_roster(
        text.encode(), kind="members", file_name=f"{name}.csv", language="zh-hans", actor=user, now=now
    )


def long_export(user, *, now, state=ExportState.WAITING, row_ids=(1,)):
    """Return a long list that somebody has asked for, in the state it came to."""
    recorded = {"kind": RosterKind.MEMBERS, "filter_text": "", "is_unmasked": True, "reason": "示例"}
    job = ask_export(row_ids, language="zh-hans", actor=user, now=now, **recorded)
    ExportJob.objects.filter(pk=job.pk).update(state=state)
    return job


def read(user, grid, *, good, wrong, now):
    """Return a roster file that has been read, with so many rows in order and so many that say nothing but a name."""
    digits = [f"33068119900101{number:03}" for number in range(good)]
    rows = [
        f"{grid.code},样本·甲,{one}{check_digit(one)},1380000{number:04},兼职网格员,2025-01-01"
        for number, one in enumerate(digits)
    ]
    rows += [",样本·乙,,,,"] * wrong
    headers = ",".join(columns.MEMBERS.required)
    found = uploaded(user, f"示例{good}", now=now, text="\n".join([headers, *rows]))
    for _rows in carry_out(take_up(now=now, import_id=found.pk)):
        pass
    return found
