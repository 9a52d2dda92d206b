-- A mediation for each case above %(after)s, from its acceptance to the day the case was closed: three of four ended with
-- an agreement, one of five of these oral and one of ten confirmed by a court; half of the agreements come to an amount.
WITH matter AS (
    SELECT id, row_number() OVER (ORDER BY id) AS n FROM cases_case WHERE id > %(after)s
)
INSERT INTO disputes_dispute (case_id, state, source, languages)
SELECT id, 'closed', (ARRAY['party_application', 'initiative', 'court', 'police'])[1 + n %% 4], '{}' FROM matter;

INSERT INTO cases_event (case_id, kind, at, recorded_at, actor_id, data)
SELECT id, happened.kind, received_at + interval '1 hour', received_at + interval '1 hour', registered_by_id, '{}'
FROM cases_case CROSS JOIN (VALUES ('accepted'), ('mediation_started')) AS happened (kind)
WHERE id > %(after)s;

INSERT INTO cases_result (case_id, round, outcome, summary, reported_by_id, reported_at, verified_by_id, verified_at,
                          is_confirmed, remark)
SELECT matter.id, 1, CASE WHEN matter.id %% 4 = 0 THEN 'terminated' ELSE 'agreed' END, '示例', handler_id,
       received_at + interval '1 day', officer.user_id, closed_at, true, ''
FROM cases_case AS matter
JOIN centers_post AS officer ON officer.center_id = matter.village_id AND officer.role = 'triage_officer'
WHERE matter.id > %(after)s;

INSERT INTO disputes_ending (case_id, result_id, reason, routes, told_on, is_after_start)
SELECT case_id, id, 'impossible', '{}', reported_at::date, true
FROM cases_result WHERE case_id > %(after)s AND outcome = 'terminated';

INSERT INTO disputes_agreement (case_id, result_id, center_id, number, form, facts, content, performance, signed_on,
                                recorded_by_id, recorded_at)
SELECT matter.id, result.id, holder_id, matter.number, CASE WHEN matter.id %% 5 = 0 THEN 'oral' ELSE 'written' END,
       '示例', '示例', '示例', reported_at::date, reported_by_id, reported_at
FROM cases_result AS result JOIN cases_case AS matter ON matter.id = result.case_id
WHERE matter.id > %(after)s AND outcome = 'agreed';

INSERT INTO cases_party (case_id, role, name, mobile, address)
SELECT case_id, 'respondent', '样本乙', '', '' FROM disputes_agreement WHERE case_id > %(after)s;

INSERT INTO disputes_obligation (case_id, agreement_id, debtor_id, what, amount, due_on)
SELECT agreement.case_id, agreement.id, party.id, '赔偿（示例）', 800.50, signed_on
FROM disputes_agreement AS agreement JOIN cases_party AS party ON party.case_id = agreement.case_id
WHERE agreement.case_id > %(after)s AND agreement.case_id %% 2 = 0;

INSERT INTO disputes_confirmation (case_id, agreement_id, court, court_ground, agreed_on, applied_on, window_ends_on,
                                   recorded_by_id, recorded_at, result, number, decided_on, remark,
                                   result_recorded_by_id, result_recorded_at)
SELECT case_id, id, '示例法院', 'committee', signed_on, signed_on, signed_on + 30, recorded_by_id, recorded_at,
       'confirmed', '示例', signed_on + 1, '', recorded_by_id, recorded_at
FROM disputes_agreement WHERE case_id > %(after)s AND case_id %% 10 = 1;
