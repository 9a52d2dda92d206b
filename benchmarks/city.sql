-- A city of six counties with sixty towns and six hundred villages, and people in office in all of them.
INSERT INTO centers_center (code, name, level, parent_id, path, is_current)
VALUES ('3301', '示例市', 'city', NULL, '3301/', true);

INSERT INTO centers_center (code, name, level, parent_id, path, is_current)
SELECT above.code || below.digits, '第' || n || '县', 'county', above.id, above.path || above.code || below.digits || '/', true
FROM centers_center AS above, generate_series(1, 6) AS n, to_char(n, 'FM00') AS below (digits)
WHERE above.level = 'city';

INSERT INTO centers_center (code, name, level, parent_id, path, is_current)
SELECT above.code || below.digits, '第' || n || '镇', 'town', above.id, above.path || above.code || below.digits || '/', true
FROM centers_center AS above, generate_series(1, 10) AS n, to_char(n, 'FM000') AS below (digits)
WHERE above.level = 'county';

INSERT INTO centers_center (code, name, level, parent_id, path, is_current)
SELECT above.code || below.digits, '第' || n || '村', 'village', above.id, above.path || above.code || below.digits || '/', true
FROM centers_center AS above, generate_series(201, 210) AS n, to_char(n, 'FM000') AS below (digits)
WHERE above.level = 'town';

INSERT INTO centers_unit (center_id, name, kind, mode, is_active)
SELECT id, name || '人民调解委员会', 'mediation_committee', 'permanent', true
FROM centers_center WHERE level = 'village';

WITH office (level, role) AS (
    VALUES ('village', 'mediator'), ('village', 'unit_leader'), ('village', 'triage_officer'),
           ('town', 'triage_officer'), ('town', 'supervisor'),
           ('county', 'triage_officer'), ('county', 'supervisor'), ('city', 'supervisor')
)
INSERT INTO core_user (username, password, full_name, is_staff, is_active, is_superuser)
SELECT office.role || ':' || center.code, '!', center.name || '（示例）', true, true, false
FROM centers_center AS center JOIN office USING (level);

INSERT INTO centers_post (user_id, center_id, unit_id, role, starts_on)
SELECT person.id, center.id, unit.id, split_part(person.username, ':', 1), '2020-01-01'
FROM core_user AS person
JOIN centers_center AS center ON center.code = split_part(person.username, ':', 2)
LEFT JOIN centers_unit AS unit ON unit.center_id = center.id AND person.username NOT LIKE 'triage%%';

INSERT INTO centers_centergrant (user_id, permission_id, content_object_id, post_id)
SELECT post.user_id, permission.id, post.center_id, post.id
FROM centers_post AS post
JOIN unnest(%(roles)s::text[], %(permissions)s::text[]) AS given (role, name) USING (role)
JOIN auth_permission AS permission ON permission.codename = split_part(given.name, '.', 2)
JOIN django_content_type AS kind
    ON kind.id = permission.content_type_id AND kind.app_label = split_part(given.name, '.', 1);
