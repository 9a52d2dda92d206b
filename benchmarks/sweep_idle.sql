-- The cases number %(first)s to %(last)s with the limit of their triage and its steps, and nothing else. One in twenty
-- came just now, its steps yet to come; the others were closed within the last ten years.
WITH place AS (
    SELECT village.id AS village_id, town.id AS town_id, county.id AS county_id, county.parent_id AS city_id,
           town.code AS town_code, unit.id AS unit_id, mediator.user_id AS mediator_id,
           row_number() OVER (ORDER BY village.code) - 1 AS position
    FROM centers_center AS village
    JOIN centers_center AS town ON town.id = village.parent_id
    JOIN centers_center AS county ON county.id = town.parent_id
    JOIN centers_unit AS unit ON unit.center_id = village.id
    JOIN centers_post AS mediator ON mediator.center_id = village.id AND mediator.role = 'mediator'
    WHERE village.level = 'village'
)
INSERT INTO cases_case (
    id, code, number, procedure, category, grade, channel, title, summary, stage, round, city_id, county_id, town_id,
    village_id, holder_id, unit_id, handler_id, received_at, registered_by_id, due_at, closed_at, query_code_hash
)
SELECT n, town_code || '-2026-' || to_char(n, 'FM0000000'), '示例〔2026〕' || n || '号', 'dispute', 'D02', 'general',
       'center_window', '楼上漏水赔偿（示例）', '楼上水管破裂，楼下天花板受损。（示例）',
       CASE WHEN age IS NULL THEN 'registered' ELSE 'closed' END, 1, city_id, county_id, town_id, village_id, village_id,
       unit_id, mediator_id, %(started_at)s - coalesce(age, '0'), mediator_id,
       CASE WHEN age IS NULL THEN %(due_at)s::timestamptz END, %(started_at)s - age + interval '2 days', md5(n::text)
FROM generate_series(%(first)s, %(last)s) AS n
CROSS JOIN LATERAL (SELECT CASE WHEN n %% 20 > 0 THEN make_interval(days => 30 + n %% 3600) END) AS since (age)
JOIN place ON place.position = n %% (SELECT count(*) FROM place);

INSERT INTO cases_clock (
    id, case_id, kind, key, round, rule_id, holder_id, unit_id, started_on, amount, unit_of_time, roll_forward, due_on,
    due_at, original_due_at, is_provisional, state, ended_at
)
SELECT matter.id, matter.id, rule.kind, '1:' || rule.kind, 1, rule.id, village_id, unit_id, received_at::date,
       rule.amount, rule.unit_of_time, rule.roll_forward, received_at::date + (%(due_on)s - %(started_on)s), received_at + (%(due_at)s - %(started_at)s),
       received_at + (%(due_at)s - %(started_at)s), false, CASE WHEN closed_at IS NULL THEN 'running' ELSE 'met' END,
       closed_at
FROM cases_case AS matter JOIN cases_clockrule AS rule ON rule.id = %(rule)s
WHERE matter.id BETWEEN %(first)s AND %(last)s;

INSERT INTO cases_clockstep (clock_id, step, at, cancelled_at, error)
SELECT matter.id, planned.step, matter.received_at + (planned.at - %(started_at)s), matter.closed_at, ''
FROM cases_case AS matter
CROSS JOIN unnest(%(steps)s::text[], %(moments)s::timestamptz[]) AS planned (step, at)
WHERE matter.id BETWEEN %(first)s AND %(last)s;
