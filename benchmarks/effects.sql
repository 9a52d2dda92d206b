-- What was done to the cases in %(case_ids)s: each kind of effect, how often one case had it, and how many such cases.
-- Their limits began %(shift)s later than those they are compared with. Numbers in texts are left out, for they differ
-- from case to case.
WITH effect (case_id, name) AS (
    SELECT id, 'due ' || due_at - %(shift)s FROM cases_case
    UNION ALL
    SELECT matter.id, 'held by ' || center.level
    FROM cases_case AS matter JOIN centers_center AS center ON center.id = matter.holder_id
    UNION ALL
    SELECT moved.case_id, concat_ws(' ', 'moved to', center.level, moved.moved_at - %(shift)s, origin.level)
    FROM cases_transfer AS moved
    JOIN centers_center AS center ON center.id = moved.to_center_id
    JOIN centers_center AS origin ON origin.id = moved.from_center_id
    WHERE moved.reason = 'escalation'
    UNION ALL
    SELECT event.case_id, concat_ws(' ', 'event', event.kind, event.at - %(shift)s, event.recorded_at - %(shift)s,
                     regexp_replace(event.data::text, '[0-9]+', 'n', 'g'))
    FROM cases_event AS event JOIN core_user AS person ON person.id = event.actor_id
    WHERE person.username = 'system'
    UNION ALL
    SELECT clock.case_id, concat_ws(' ', 'clock', clock.kind, clock.started_on - %(shift)s, clock.due_at - %(shift)s,
                     clock.original_due_at - %(shift)s, clock.is_provisional, clock.state, clock.rule_id, center.level)
    FROM cases_clock AS clock JOIN centers_center AS center ON center.id = clock.holder_id
    UNION ALL
    SELECT clock.case_id, concat_ws(' ', 'step', clock.kind, step.step, step.at - %(shift)s, step.fired_at - %(shift)s,
                     step.cancelled_at, step.error)
    FROM cases_clockstep AS step JOIN cases_clock AS clock ON clock.id = step.clock_id
    UNION ALL
    SELECT notice.case_id, concat_ws(' ', 'notice', notice.level, notice.trigger, notice.state,
                     notice.reply_due_on - %(shift)s, notice.issued_at - %(shift)s, center.level,
                     (notice.facts ->> 'received_on')::date - %(shift)s, (notice.facts ->> 'due_on')::date - %(shift)s,
                     notice.facts ->> 'late_days', regexp_replace(notice.facts::text, '[0-9]+', 'n', 'g'))
    FROM supervision_supervisionnotice AS notice JOIN centers_center AS center ON center.id = notice.issuer_id
    UNION ALL
    SELECT clock.case_id, concat_ws(' ', 'message', step.step, post.role, message.queued_at - %(shift)s,
                     regexp_replace(message.subject || message.body || message.reason, '[0-9]+', 'n', 'g'))
    FROM core_outboxmessage AS message
    JOIN cases_clockstep AS step ON step.id = split_part(message.key, ':', 2)::bigint
    JOIN cases_clock AS clock ON clock.id = step.clock_id
    JOIN centers_post AS post ON post.user_id = message.recipient_id
), counted AS (
    SELECT case_id, name, count(*) AS times FROM effect WHERE case_id = ANY(%(case_ids)s) GROUP BY case_id, name
)
SELECT name, times, count(*) FROM counted GROUP BY name, times ORDER BY name, times;
