"""Who has no part in which matter, and the wall in the database that keeps it from them."""

from django.db import migrations
from django.db.migrations import RunSQL

from core.rowsecurity import guard

# Both ways must be fast: what is kept from one person (every page), and who has no part in some cases (the sweep).
# The last part: whoever served below an office that is complained of, before a reorganisation took their center away.
RECUSED = """
CREATE VIEW cases_recusedperson AS
SELECT recusal.case_id, recusal.person_id AS user_id FROM cases_recusal recusal WHERE recusal.person_id IS NOT NULL
UNION ALL
SELECT recusal.case_id, post.user_id
FROM cases_recusal recusal
JOIN centers_post post ON post.unit_id = recusal.unit_id AND (post.ends_on IS NULL OR post.ends_on >= recusal.since)
UNION ALL
SELECT recusal.case_id, post.user_id
FROM cases_recusal recusal
JOIN centers_post post ON post.center_id = recusal.center_id AND (post.ends_on IS NULL OR post.ends_on >= recusal.since)
UNION ALL
SELECT recusal.case_id, post.user_id
FROM cases_recusal recusal
JOIN centers_center above ON above.id = recusal.center_id
JOIN centers_center below ON above.code = ANY (string_to_array(below.path, '/')) AND below.id <> above.id
    AND below.path >= above.path AND below.path < left(above.path, -1) || '0'  -- "0" follows "/": one range of paths
JOIN centers_post post ON post.center_id = below.id AND (post.ends_on IS NULL OR post.ends_on >= recusal.since)
WHERE recusal.with_below
UNION ALL
SELECT recusal.case_id, post.user_id
FROM cases_recusal recusal
JOIN centers_formerplace former ON former.above_id = recusal.center_id
JOIN centers_reorganisation change ON change.id = former.reorganisation_id AND change.effective_on >= recusal.since
JOIN centers_post post ON post.center_id = former.center_id AND post.starts_on <= change.effective_on
    AND (post.ends_on IS NULL OR post.ends_on >= recusal.since)
WHERE recusal.with_below
"""
# Both walls ask this in every statement about matters: a function keeps its plan, the view is planned anew each time.
KEPT_FROM = """
CREATE FUNCTION cases_kept_from(person bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT recused.case_id FROM cases_recusedperson recused WHERE recused.user_id = person;
END $$
"""
# The centers under whose seal the acting person may look, by the posts of the day.
SEAL = """
CREATE FUNCTION cases_opens_seal(VARIADIC center_ids bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM centers_centergrant held
        JOIN centers_post post ON post.id = held.post_id
        JOIN auth_permission permission ON permission.id = held.permission_id
        WHERE held.user_id = core_actor() AND permission.codename = 'view_sealed_case'
          AND held.content_object_id = ANY (center_ids)
          AND post.starts_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date
          AND (post.ends_on IS NULL OR post.ends_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
    )
$$
"""
OF_CASE = """
    id NOT IN (SELECT cases_kept_from((SELECT core_actor())))
    AND (sensitivity <> 'sealed' OR cases_opens_seal(province_id, city_id, county_id, town_id, village_id))
"""
ON_CASE = "EXISTS (SELECT FROM cases_case matter WHERE matter.id = case_id)"
# Clocks and their steps hold days and numbers of rows only, and stay outside; the grounds that people wrote do not.
ON_CLOCK = """
    EXISTS (
        SELECT FROM cases_clock clock JOIN cases_case matter ON matter.id = clock.case_id WHERE clock.id = clock_id
    )
"""
IN_ATTACHMENT = """
    EXISTS (
        SELECT FROM cases_attachment file JOIN cases_case matter ON matter.id = file.case_id WHERE file.id = attachment_id
    )
"""
IN_PAPER = """
    EXISTS (SELECT FROM cases_paper paper JOIN cases_case matter ON matter.id = paper.case_id WHERE paper.id = paper_id)
"""
TABLES_ON_CASE = [
    *("accused", "archivedfile", "attachment", "caseplace", "event", "paper", "party", "recusal", "reopening", "result", "transfer"),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_history"), ("centers", "0001_tables"), ("core", "0006_row_security")]
    operations = [
        RunSQL(RECUSED, "DROP VIEW cases_recusedperson"),
        RunSQL(KEPT_FROM, "DROP FUNCTION cases_kept_from(bigint)"),
        RunSQL(SEAL, "DROP FUNCTION cases_opens_seal(bigint[])"),
        *guard("cases_case", condition=OF_CASE),
        *(step for table in TABLES_ON_CASE for step in guard(f"cases_{table}", condition=ON_CASE)),
        *guard("cases_attachmentcontent", condition=IN_ATTACHMENT),
        *guard("cases_papercontent", condition=IN_PAPER),
        *guard("cases_pause", condition=ON_CLOCK),
        *guard("cases_extension", condition=ON_CLOCK),
    ]
