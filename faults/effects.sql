-- What the tables hold of all that was done to each case, in the words of intended.py.
WITH effect (case_id, name) AS (
    SELECT clock.case_id, concat_ws(' ', witness.what, clock.kind, step.step)
    FROM faults_witness AS witness
    JOIN cases_clockstep AS step ON step.id = witness.step_id
    JOIN cases_clock AS clock ON clock.id = step.clock_id
    WHERE witness.what <> 'planned'
    UNION ALL
    SELECT case_id, concat_ws(' ', 'clock', kind) FROM cases_clock
    UNION ALL
    SELECT matter.id, concat_ws(' ', 'held by', center.level)
    FROM cases_case AS matter JOIN centers_center AS center ON center.id = matter.holder_id
    UNION ALL
    SELECT moved.case_id, concat_ws(' ', 'moved', origin.level, target.level)
    FROM cases_transfer AS moved
    JOIN centers_center AS origin ON origin.id = moved.from_center_id
    JOIN centers_center AS target ON target.id = moved.to_center_id
    WHERE moved.reason = 'escalation'
    UNION ALL
    SELECT notice.case_id, concat_ws(' ', 'notice', clock.kind, 'by', center.level)
    FROM supervision_supervisionnotice AS notice
    JOIN cases_clock AS clock ON clock.id = notice.clock_id
    JOIN centers_center AS center ON center.id = notice.issuer_id
    UNION ALL
    SELECT event.case_id, concat_ws(' ', 'event', event.kind, coalesce(event.data ->> 'clock', clock.kind))
    FROM cases_event AS event
    LEFT JOIN supervision_supervisionnotice AS notice
        ON notice.case_id = event.case_id AND notice.number = event.data ->> 'number'
    LEFT JOIN cases_clock AS clock ON clock.id = notice.clock_id
    WHERE event.kind IN (
        'nudged', 'reminded', 'prewarned', 'limit_passed', 'escalated', 'not_escalated', 'clock_started',
        'notice_issued', 'red_proposed', 'measures_proposed'
    )
    UNION ALL
    SELECT clock.case_id, concat_ws(' ', 'message', clock.kind, step.step)
    FROM core_outboxmessage AS message
    JOIN cases_clockstep AS step ON step.id = substring(message.key FROM '^step:(\d+):')::bigint
    JOIN cases_clock AS clock ON clock.id = step.clock_id
)
SELECT case_id, name, count(*) FROM effect GROUP BY case_id, name;
