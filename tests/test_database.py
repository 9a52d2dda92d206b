from django.db import connection


def test_the_application_role_owns_no_table_and_has_no_way_around_row_security(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        owned = cursor.fetchone()[0]
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert (owned, cursor.fetchone()) == (0, (False, False, False))


def test_a_transactional_test_starts_empty(transactional_db, django_user_model):
    assert not django_user_model.objects.exists()
    django_user_model.objects.create_user("first", full_name="甲（示例）")


def test_the_index_of_waiting_steps_is_cleaned_before_those_that_have_fired_slow_the_sweep(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(reloptions) FROM pg_class WHERE relname = 'cases_clockstep'")
        options = dict(option.split("=") for (option,) in cursor.fetchall())
    assert int(options["autovacuum_vacuum_threshold"]) <= 50_000  # half a millisecond of looking
    assert (float(options["autovacuum_vacuum_scale_factor"]), options["vacuum_index_cleanup"]) == (0, "on")
