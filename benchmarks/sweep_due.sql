-- What the sweep does to the oldest steps due from %(since)s until %(now)s, at most %(size)s of them, in one
-- statement: the rows are found, their contents computed and written by the server alone. Every case lies with a
-- village, its limit has passed, and its climb ends the batch for it.
WITH claimed AS MATERIALIZED (
    SELECT step.id AS step_id, step.step, step.at, clock.id AS clock_id, clock.kind, clock.due_on, clock.ended_at,
           clock.holder_id AS late_id, clock.unit_id, matter.id AS case_id, matter.number, matter.round,
           matter.received_at, matter.handler_id, matter.town_id, matter.county_id, matter.city_id,
           origin.id AS origin_id, origin.name AS origin_name, origin.code AS origin_code,
           NOT EXISTS (
               SELECT FROM cases_clockstep AS later
               WHERE later.clock_id = step.clock_id AND later.fired_at IS NULL AND later.cancelled_at IS NULL
                 AND later.failed_at IS NULL AND later.at <= %(now)s AND (later.at, later.id) > (step.at, step.id)
           ) AS is_newest
    FROM cases_clockstep AS step
    JOIN cases_clock AS clock ON clock.id = step.clock_id
    JOIN cases_case AS matter ON matter.id = clock.case_id
    JOIN centers_center AS origin ON origin.id = matter.holder_id
    WHERE step.fired_at IS NULL AND step.cancelled_at IS NULL AND step.failed_at IS NULL
      AND step.at >= %(since)s AND step.at <= %(now)s
    ORDER BY step.at, step.id
    LIMIT %(size)s
    FOR UPDATE OF step, clock, matter SKIP LOCKED
), due AS MATERIALIZED (
    SELECT *
    FROM (
        SELECT *, count(*) FILTER (WHERE step = 'climb') OVER (
                   PARTITION BY case_id ORDER BY at, step_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
               ) AS climbs_before
        FROM claimed
    ) AS counted
    WHERE climbs_before = 0
), on_duty AS NOT MATERIALIZED (
    SELECT post.user_id, post.center_id, post.unit_id, post.role
    FROM centers_post AS post JOIN core_user AS person ON person.id = post.user_id
    WHERE post.starts_on <= %(today)s AND (post.ends_on IS NULL OR post.ends_on >= %(today)s) AND person.is_active
      AND post.role IN ('unit_leader', 'supervisor', 'triage_officer', 'center_director')
), staffed AS MATERIALIZED (
    SELECT DISTINCT center_id FROM on_duty WHERE role <> 'unit_leader'
), climb AS MATERIALIZED (
    SELECT due.*, target.id AS target_id, target.name AS target_name
    FROM due
    JOIN centers_center AS target ON target.id = CASE
        WHEN due.town_id IN (SELECT center_id FROM staffed) THEN due.town_id
        WHEN due.county_id IN (SELECT center_id FROM staffed) THEN due.county_id
        WHEN due.city_id IN (SELECT center_id FROM staffed) THEN due.city_id
    END
    WHERE due.step = 'climb'
), yellow AS MATERIALIZED (
    SELECT due.*, late.name AS late_name, late.parent_id,
           row_number() OVER (PARTITION BY origin_id ORDER BY due.at, step_id) AS position
    FROM due JOIN centers_center AS late ON late.id = due.late_id
    WHERE due.step = 'yellow'
), fired AS (
    UPDATE cases_clockstep SET fired_at = %(now)s WHERE id = ANY (ARRAY(SELECT step_id FROM due))
), superseded AS (
    UPDATE cases_transfer SET superseded_at = %(now)s
    WHERE case_id = ANY (ARRAY(SELECT case_id FROM climb)) AND signed_at IS NULL AND superseded_at IS NULL
), moved AS (
    INSERT INTO cases_transfer (case_id, reason, from_center_id, to_center_id, clock_id, moved_at)
    SELECT case_id, 'escalation', origin_id, target_id, clock_id, at FROM climb
), started AS (
    INSERT INTO cases_clock (
        case_id, kind, key, round, rule_id, holder_id, unit_id, started_on, amount, unit_of_time, roll_forward,
        due_on, due_at, original_due_at, is_provisional, state
    )
    SELECT case_id, rule.kind, round || ':' || rule.kind || subject, round, rule.id, holder_id, unit_id, started_on,
           rule.amount, rule.unit_of_time, rule.roll_forward, start.due_on, due_at, due_at, false, 'running'
    FROM (
        SELECT case_id, round, %(town_rule)s AS rule_id, '' AS subject, target_id AS holder_id,
               NULL::bigint AS unit_id, due_on AS started_on, %(town_due_on)s AS due_on, %(town_due_at)s AS due_at
        FROM climb
        UNION ALL
        SELECT case_id, round, %(reply_rule)s, ':' || step_id, late_id, unit_id, %(today)s, %(reply_due_on)s,
               %(reply_due_at)s
        FROM yellow
    ) AS start
    JOIN cases_clockrule AS rule ON rule.id = start.rule_id
    RETURNING id, kind
), ladder AS (
    INSERT INTO cases_clockstep (clock_id, step, at, error)
    SELECT started.id, planned.step, planned.at, ''
    FROM started
    JOIN unnest(%(plan_kind)s::text[], %(plan_step)s::text[], %(plan_at)s::timestamptz[]) AS planned (kind, step, at)
        USING (kind)
), held AS (
    UPDATE cases_case AS matter
    SET holder_id = climb.target_id,
        climbed_at = climb.at,
        due_at = least(%(town_due_at)s, (
            SELECT min(due_at) FROM cases_clock
            WHERE case_id = climb.case_id AND state = 'running' AND kind <> 'NOTICE_REPLY'
        ))
    FROM climb
    WHERE matter.id = climb.case_id
), series AS (
    INSERT INTO core_numberseries AS series (scope, year, last_number)
    SELECT 'notice:' || origin_code, %(year)s, count(*) FROM yellow GROUP BY origin_code ORDER BY origin_code
    ON CONFLICT (scope, year) DO UPDATE SET last_number = series.last_number + excluded.last_number
    RETURNING scope, last_number
), numbered AS MATERIALIZED (
    SELECT yellow.*,
           format('(%%s)%%s督字第%%s号', %(year)s, regexp_replace(origin_name, '(?<=..)(街道|镇|乡|市|区|县)$', ''), to_char(
               last_number - count(*) OVER (PARTITION BY origin_id) + position, 'FM0000'
           )) AS notice_number
    FROM yellow JOIN series ON series.scope = 'notice:' || yellow.origin_code
), issued AS (
    INSERT INTO supervision_supervisionnotice (
        number, level, trigger, case_id, clock_id, step_id, issuer_id, center_id, unit_id, handler_id, facts,
        issued_at, reply_due_on, state, reply, verdict
    )
    SELECT notice_number, 'yellow', 'S02', case_id, clock_id, step_id, origin_id, late_id, unit_id, handler_id,
           jsonb_build_object(
               'received_on', (received_at AT TIME ZONE 'Asia/Shanghai')::date,
               'limit', kind,
               'due_on', due_on,
               'late_days', %(today)s - due_on,
               'earlier', (
                   SELECT coalesce(jsonb_agg(
                       warning.step || ' ' || (warning.at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY warning.at, id
                   ), '[]')
                   FROM cases_clockstep AS warning
                   WHERE warning.clock_id = numbered.clock_id AND warning.step IN ('remind', 'prewarn')
                     AND cancelled_at IS NULL AND failed_at IS NULL AND warning.at <= %(now)s
               )
           ),
           %(now)s, %(reply_due_on)s, 'issued', '', ''
    FROM numbered
), noted AS (
    INSERT INTO cases_event (case_id, kind, at, recorded_at, actor_id, data)
    SELECT case_id, 'escalated', at, %(now)s, %(actor)s,
           jsonb_build_object('origin', origin_name, 'target', target_name, 'clock', kind)
    FROM climb
    UNION ALL
    SELECT case_id, 'clock_started', at, %(now)s, %(actor)s,
           jsonb_build_object('clock', 'LVL_TOWN', 'due_on', %(town_due_on)s)
    FROM climb
    UNION ALL
    SELECT case_id, 'notice_issued', at, %(now)s, %(actor)s,
           jsonb_build_object('number', notice_number, 'level', 'yellow', 'center', late_name)
    FROM numbered
), concerned AS (
    SELECT climb.step_id, people.user_id
    FROM climb
    JOIN LATERAL (
        SELECT user_id FROM on_duty WHERE center_id = climb.target_id AND role <> 'unit_leader'
        UNION
        SELECT user_id FROM on_duty
        WHERE center_id = climb.late_id AND role = 'unit_leader' AND unit_id = climb.unit_id
        UNION
        SELECT climb.handler_id WHERE climb.handler_id IS NOT NULL
    ) AS people ON true
    UNION ALL
    SELECT numbered.step_id, people.user_id
    FROM numbered
    JOIN LATERAL (
        SELECT user_id FROM on_duty
        WHERE center_id IN (numbered.late_id, numbered.parent_id) AND role = 'supervisor'
        UNION
        SELECT user_id FROM on_duty
        WHERE center_id = numbered.late_id AND role = 'unit_leader' AND unit_id = numbered.unit_id
        UNION
        SELECT numbered.handler_id WHERE numbered.handler_id IS NOT NULL
    ) AS people ON true
    WHERE numbered.is_newest
), told AS (
    SELECT step_id, case_id, format('step:%%s:climb:', step_id) AS key,
           format(%(climb_subject)s, number, origin_name, target_name) AS subject,
           format(%(climb_body)s, number, origin_name, target_name) AS body, %(climb_reason)s AS reason
    FROM climb
    UNION ALL
    SELECT step_id, case_id, format('step:%%s:yellow:', step_id),
           format(%(yellow_subject)s, notice_number, number, late_name, %(reply_due_on)s),
           format(%(yellow_body)s, notice_number, number, late_name, %(reply_due_on)s), %(yellow_reason)s
    FROM numbered
), queued AS (
    INSERT INTO core_outboxmessage (key, recipient_id, subject, body, reason, link, is_urgent, queued_at)
    SELECT key || user_id, user_id, subject, body, reason, replace(%(link)s, '/0/', '/' || case_id || '/'), false, %(now)s
    FROM told JOIN concerned USING (step_id)
)
SELECT count(*) FROM due;
