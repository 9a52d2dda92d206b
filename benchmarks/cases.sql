-- The cases number %(first)s to %(last)s, strewn over the villages. One in %(open_every)s is open and lies with the
-- village, its limit running by one of the plans in turn; the others were closed a month or more ago.
WITH place AS (
    SELECT village.id AS village_id, town.id AS town_id, county.id AS county_id, county.parent_id AS city_id,
           town.code AS town_code, town.name AS town_name, unit.id AS unit_id,
           mediator.user_id AS mediator_id, officer.user_id AS officer_id,
           row_number() OVER (ORDER BY village.code) - 1 AS position
    FROM centers_center AS village
    JOIN centers_center AS town ON town.id = village.parent_id
    JOIN centers_center AS county ON county.id = town.parent_id
    JOIN centers_unit AS unit ON unit.center_id = village.id
    JOIN centers_post AS mediator ON mediator.center_id = village.id AND mediator.role = 'mediator'
    JOIN centers_post AS officer ON officer.center_id = village.id AND officer.role = 'triage_officer'
    WHERE village.level = 'village'
), matter AS (
    SELECT n, n %% %(open_every)s = 0 AS is_open, plan.due_at,
           (plan.started_on + time '09:00') AT TIME ZONE 'Asia/Shanghai' AS started_at,
           make_interval(days => 30 + n %% 1000) AS age
    FROM generate_series(%(first)s, %(last)s) AS n
    JOIN unnest(%(started_on)s::date[], %(due_at)s::timestamptz[]) WITH ORDINALITY AS plan (started_on, due_at, position)
        ON plan.position = n / %(open_every)s %% cardinality(%(started_on)s::date[]) + 1
)
INSERT INTO cases_case (
    code, number, procedure, category, grade, channel, title, summary, stage, round, city_id, county_id, town_id,
    village_id, holder_id, unit_id, handler_id, received_at, registered_by_id, due_at, closed_at, query_code_hash
)
SELECT town_code || '-2026-' || to_char(n, 'FM0000000'), town_name || '〔2026〕' || n || '号', 'dispute', 'D02', 'general',
       'center_window', '楼上漏水赔偿（示例）', repeat('楼上水管破裂，楼下天花板受损。（示例）', 4),
       CASE WHEN is_open THEN 'triaged' ELSE 'closed' END, 1, city_id, county_id, town_id,
       village_id, village_id, unit_id, mediator_id, CASE WHEN is_open THEN started_at ELSE started_at - age END, officer_id,
       CASE WHEN is_open THEN due_at END, CASE WHEN NOT is_open THEN started_at - age + interval '2 days' END, md5(n::text)
FROM matter JOIN place ON place.position = abs(hashint8(n)::bigint) %% (SELECT count(*) FROM place)
ORDER BY n;

INSERT INTO cases_transfer (case_id, reason, to_center_id, moved_at, signed_at, signed_by_id)
SELECT id, 'registration', village_id, received_at, received_at, registered_by_id
FROM cases_case WHERE right(code, 7)::int BETWEEN %(first)s AND %(last)s;

INSERT INTO cases_event (case_id, kind, at, recorded_at, actor_id, data)
SELECT cases_case.id, happened.kind, happened.at, happened.at, registered_by_id,
       jsonb_build_object('center', center.name, 'category', category, 'grade', grade)
FROM cases_case
JOIN centers_center AS center ON center.id = cases_case.village_id
JOIN LATERAL (VALUES ('registered', received_at), ('triaged', received_at), ('closed', closed_at)) AS happened (kind, at)
    ON happened.at IS NOT NULL
WHERE right(cases_case.code, 7)::int BETWEEN %(first)s AND %(last)s;

INSERT INTO cases_clock (
    case_id, kind, key, round, rule_id, holder_id, unit_id, started_on, amount, unit_of_time, roll_forward,
    due_on, due_at, original_due_at, is_provisional, state, ended_at
)
SELECT matter.id, 'LVL_VILLAGE', '1:LVL_VILLAGE', 1, rule.id, matter.village_id, matter.unit_id,
       plan.started_on - age, rule.amount, rule.unit_of_time, rule.roll_forward, plan.due_on - age,
       plan.due_at - make_interval(days => age), plan.due_at - make_interval(days => age), false,
       CASE WHEN closed_at IS NULL THEN 'running' ELSE 'met' END, closed_at
FROM cases_case AS matter
JOIN cases_clockrule AS rule ON rule.id = %(rule)s
JOIN unnest(%(started_on)s::date[], %(due_on)s::date[], %(due_at)s::timestamptz[]) WITH ORDINALITY
    AS plan (started_on, due_on, due_at, position)
    ON plan.position = right(code, 7)::int / %(open_every)s %% cardinality(%(started_on)s::date[]) + 1
CROSS JOIN LATERAL (
    SELECT CASE WHEN closed_at IS NULL THEN 0 ELSE 30 + right(code, 7)::int %% 1000 END
) AS shift (age)
WHERE right(code, 7)::int BETWEEN %(first)s AND %(last)s;

INSERT INTO cases_clockstep (clock_id, step, at, fired_at, cancelled_at, error)
SELECT clock.id, planned.step, planned.at - (planned_start.day - clock.started_on) * interval '1 day',
       CASE WHEN clock.state = 'running' AND %(has_warned)s AND planned.at < clock.due_at THEN planned.at END,
       clock.ended_at, ''
FROM cases_clock AS clock
JOIN cases_case AS matter ON matter.id = clock.case_id
JOIN unnest(%(step_plan)s::int[], %(step)s::text[], %(step_at)s::timestamptz[]) WITH ORDINALITY
    AS planned (plan, step, at, position)
    ON planned.plan = right(matter.code, 7)::int / %(open_every)s %% cardinality(%(started_on)s::date[]) + 1
CROSS JOIN LATERAL (SELECT (%(started_on)s::date[])[planned.plan]) AS planned_start (day)
WHERE right(matter.code, 7)::int BETWEEN %(first)s AND %(last)s
ORDER BY clock.id, planned.position;
