-- The closed cases number %(first)s to %(last)s of the ten years before this one, each with the limit it kept, its way
-- and its events, as like the first of them as one case of a city is like another.
WITH place AS (
    SELECT village.id AS village_id, town.id AS town_id, county.id AS county_id, county.parent_id AS city_id,
           town.code AS town_code, town.name AS town_name, unit.id AS unit_id, mediator.user_id AS mediator_id,
           row_number() OVER (ORDER BY village.code) - 1 AS position
    FROM centers_center AS village
    JOIN centers_center AS town ON town.id = village.parent_id
    JOIN centers_center AS county ON county.id = town.parent_id
    JOIN centers_unit AS unit ON unit.center_id = village.id
    JOIN centers_post AS mediator ON mediator.center_id = village.id AND mediator.role = 'mediator'
    WHERE village.level = 'village'
)
INSERT INTO cases_case (
    code, number, procedure, category, grade, channel, title, summary, stage, round, city_id, county_id, town_id,
    village_id, holder_id, unit_id, handler_id, received_at, registered_by_id, closed_at, query_code_hash, sensitivity
)
SELECT town_code || '-2025-' || to_char(n, 'FM0000000'), town_name || '〔2025〕' || n || '号', 'dispute', 'D02', 'general',
       'center_window', '楼上漏水赔偿（示例）', repeat('楼上水管破裂，楼下天花板受损。（示例）', 4), 'closed', 1,
       city_id, county_id, town_id, village_id, village_id, unit_id, mediator_id, now() - age, mediator_id,
       now() - age + interval '2 days', md5(n::text), CASE WHEN n %% 200 = 0 THEN 'sealed' ELSE 'normal' END
FROM generate_series(%(first)s, %(last)s) AS n
CROSS JOIN LATERAL (SELECT make_interval(days => 330 + n %% 3300)) AS since (age)
JOIN place ON place.position = n %% (SELECT count(*) FROM place);

INSERT INTO cases_transfer (case_id, reason, to_center_id, moved_at, signed_at, signed_by_id)
SELECT id, 'registration', village_id, received_at, received_at, registered_by_id
FROM cases_case WHERE id > %(after)s;

INSERT INTO cases_event (case_id, kind, at, recorded_at, actor_id, data)
SELECT id, happened.kind, happened.at, happened.at, registered_by_id, '{}'
FROM cases_case
JOIN LATERAL (VALUES ('registered', received_at), ('triaged', received_at), ('closed', closed_at)) AS happened (kind, at)
    ON true
WHERE id > %(after)s;

INSERT INTO cases_clock (
    case_id, kind, key, round, rule_id, holder_id, unit_id, started_on, amount, unit_of_time, roll_forward,
    due_on, due_at, original_due_at, is_provisional, state, ended_at
)
SELECT matter.id, 'LVL_VILLAGE', '1:LVL_VILLAGE', 1, rule.id, village_id, unit_id, received_at::date, rule.amount,
       rule.unit_of_time, rule.roll_forward, received_at::date + 3, received_at + interval '3 days',
       received_at + interval '3 days', false, 'met', closed_at
FROM cases_case AS matter JOIN cases_clockrule AS rule ON rule.id = %(rule)s
WHERE matter.id > %(after)s;
