"""What people do in the browser to bring a matter on its way."""

from playwright.sync_api import Page, expect

from cases.models import Case


def register(page: Page) -> None:
    page.get_by_role("link", name="登记矛盾纠纷").first.click()
    page.get_by_label("网格").select_option(label="枫源村 / 枫源村第1网格")
    page.get_by_label("事项", exact=True).fill("楼上漏水赔偿（示例）")
    page.get_by_label("纠纷简要情况和申请事项").fill("楼上水管破裂，楼下天花板受损，要求赔偿。（示例）")
    page.locator("#id_applicant_name").fill("样本甲")
    page.locator("#id_applicant_mobile").fill("13800000001")
    page.locator("#id_respondent_name").fill("样本乙")
    page.get_by_role("button", name="登记并打印回执").click()


def triage(page: Page, case: Case) -> None:
    page.goto(f"/admin/cases/case/{case.pk}/change/")
    page.get_by_role("link", name="分流", exact=True).click()
    page.locator("#id_handler").select_option(label="mediator（示例）")
    page.get_by_role("button", name="分流", exact=True).click()
    expect(page.get_by_text("已分流，时限开始计算")).to_be_visible()


def act(page: Page, case: Case, name: str, **fields: str) -> None:
    """Open the form of an act, fill in the fields and send it; without a name the form in hand."""
    if name:
        page.goto(f"/admin/cases/case/{case.pk}/act/{name}/")
    for field, value in fields.items():
        control = page.locator(f"#id_{field}")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    page.locator(".form-foot button").first.click()
    page.wait_for_load_state()
