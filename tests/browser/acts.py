"""What people do in the browser to bring a matter on its way, and what they see there."""

from collections.abc import Sequence

from playwright.sync_api import Page, expect

from cases.models import Case
from disputes.services.undertake import NewObligation


def register(page: Page, **fields: str) -> None:
    page.get_by_role("link", name="登记矛盾纠纷").first.click()
    page.get_by_label("网格").select_option(label="枫源村 / 枫源村第1网格")
    page.get_by_label("事项", exact=True).fill("楼上漏水赔偿（示例）")
    page.get_by_label("纠纷简要情况和申请事项").fill("楼上水管破裂，楼下天花板受损，要求赔偿。（示例）")
    page.locator("#id_applicant_name").fill("样本甲")
    page.locator("#id_applicant_mobile").fill("13800000001")
    page.locator("#id_respondent_name").fill("样本乙")
    _type(page, fields)
    page.get_by_role("button", name="登记并打印回执").click()


def triage(page: Page, case: Case) -> None:
    page.goto(f"/admin/cases/case/{case.pk}/change/")
    page.get_by_role("link", name="分流", exact=True).click()
    page.locator("#id_handler").select_option(label="mediator（示例）")
    page.get_by_role("button", name="分流", exact=True).click()
    expect(page.get_by_text("已分流，时限开始计算")).to_be_visible()


def act(page: Page, case: Case, name: str, *, ticked: Sequence[str] = (), **fields: str) -> None:
    """Open the form of an act, fill in the fields, tick whole groups of boxes, and send it.

    Without a name, the form in hand.
    """
    if name:
        page.goto(f"/admin/cases/case/{case.pk}/act/{name}/")
    _type(page, fields)
    for group in ticked:
        for box in page.locator(f"input[name={group}]").all():
            box.check()
    page.locator(".form-foot button").first.click()
    page.wait_for_load_state()


def _type(page: Page, fields: dict[str, str]) -> None:
    for field, value in fields.items():
        control = page.locator(f"#id_{field}")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def agree(page: Page, case: Case, *obligations: NewObligation, signed_on: str) -> None:
    """Record a written agreement that all parties signed on one day."""
    page.goto(f"/admin/cases/case/{case.pk}/act/agree/")
    for number, row in enumerate(obligations, start=1):
        page.get_by_label(f"义务人 {number}", exact=True).select_option(str(row.debtor_id))
        page.get_by_label(f"权利人 {number}", exact=True).select_option(str(row.creditor_id))
        page.get_by_label(f"义务内容 {number}", exact=True).fill(row.what)
        page.get_by_label(f"金额（元） {number}", exact=True).fill(str(row.amount or ""))
        page.get_by_label(f"履行期限 {number}", exact=True).fill(row.due_on.isoformat())
    texts = {"facts": "双方对事实和责任无争议。（示例）", "content": "按下列约定履行。（示例）"}
    signed = {f"signed_by_{party.pk}": signed_on for party in case.parties.all()}
    act(page, case, "", form="written", performance="转账（示例）", signed_on=signed_on, **texts, **signed)


def meet(page: Page, case: Case, *, day: str) -> None:
    """Record the session that was planned for nine o'clock of a day, at which all were there and agreed."""
    times = {"started_at": f"{day}T09:00", "ended_at": f"{day}T10:00"}
    said = {"statements": "双方陈述。（示例）", "outcome": "双方同意分期履行。（示例）", "read_back": "read"}
    act(page, case, "hold_session", ticked=("present", "signed", "is_agreed"), **times, **said)


def sees(page: Page, case: Case, *texts: str) -> None:
    """Open the page of a matter, where all this stands."""
    page.goto(f"/admin/cases/case/{case.pk}/change/")
    for text in texts:
        expect(page.locator("article.case")).to_contain_text(text)


def fits(page: Page, width: int) -> None:
    """See that the page in hand, in a window of this width, is not wider than the window."""
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def shows_cards(page: Page, *, width: int) -> None:
    """See that no table of papers on the page in hand has to be scrolled sideways, nor the page itself."""
    fits(page, width)
    tables = page.locator("table:visible")
    assert tables.count()
    for table in tables.all():
        assert table.evaluate("table => table.scrollWidth <= table.clientWidth && table.clientWidth <= innerWidth")
        assert table.locator("tbody tr").first.evaluate("row => getComputedStyle(row).display") == "block"


def is_wide_enough(page: Page, case: Case, *, papers: int, width: int, is_beside: bool = False) -> None:
    """See at one width of the window how much of it the table of papers has, and where the timeline stands."""
    page.goto(f"/admin/cases/case/{case.pk}/change/")
    fits(page, width)
    table, timeline = (page.locator(place).first.bounding_box() for place in ("#papers table", "#timeline"))
    assert table["width"] >= papers
    assert (timeline["y"] < table["y"] + table["height"]) is is_beside


def refused(page: Page, text: str) -> None:
    expect(page.locator("[data-error-summary]")).to_contain_text(text)


def lacks(page: Page, text: str) -> None:
    """Read above the form of an act what is missing before it can be done."""
    expect(page.locator(".consequence[role=status]")).to_contain_text(text)


def complete_the_file(page: Page, case: Case) -> None:
    page.goto(f"/admin/cases/case/{case.pk}/change/")
    page.get_by_role("button", name="制作全部必备文书").click()
    expect(page.get_by_text("份文书：")).to_be_visible()
    missing = page.get_by_role("row").filter(has=page.get_by_text("缺", exact=True))
    for left in range(missing.count(), 0, -1):
        missing.first.get_by_role("button").first.click()
        expect(missing).to_have_count(left - 1)


def archive(page: Page, case: Case, *, on: str) -> None:
    """Put the file of a closed matter into the archive, and see there where it went."""
    act(page, case, "archive", volume="2026-示例-1", pages="23", archived_on=on)
    expect(page.locator("article.case")).to_contain_text("卷号 2026-示例-1 · 23页")
