"""The wall around who brought a confidential matter: two persons open it, for one of them, for a while."""

from django.db import migrations
from django.db.migrations import RunSQL

from core.rowsecurity import guard, guard_commands

# Two of the conditions read cases and parties as whoever asks, so that recusal and seal win over every leave.
ON_CASE = "EXISTS (SELECT FROM cases_case matter WHERE matter.id = case_id)"
BY_ONESELF = "(SELECT core_sight()) = 'person' AND (SELECT core_actor()) = {column} AND " + ON_CASE
SHOWS = """
CREATE FUNCTION cases_shows_identity(matter_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM cases_identityreveal reveal
        WHERE reveal.case_id = matter_id AND reveal.asked_by_id = core_actor()
          AND reveal.state = 'approved' AND reveal.ends_at > now()
    )
$$
"""
# In a matter that was lowered to normal there is nothing to keep any more: what was kept moves back.
OF_INFORMANT = """
    (SELECT core_sight()) = 'person' AND EXISTS (
        SELECT FROM cases_party party JOIN cases_case matter ON matter.id = party.case_id
        WHERE party.id = party_id AND {condition}
    )
"""
OF_A_PARTY = "EXISTS (SELECT FROM cases_party party WHERE party.id = party_id AND party.informant IS NOT NULL)"
NO_NAME = """
CREATE FUNCTION cases_keep_out_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case matter WHERE matter.id = NEW.case_id AND matter.sensitivity <> 'normal') THEN
        RAISE EXCEPTION 'who brought this matter is an informant here' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_out_names_inserted BEFORE INSERT ON cases_party
FOR EACH ROW WHEN (NEW.role = 'applicant' AND NEW.informant IS NULL) EXECUTE FUNCTION cases_keep_out_names();
CREATE TRIGGER keep_out_names_updated BEFORE UPDATE OF informant, name, mobile, address, role ON cases_party
FOR EACH ROW WHEN (NEW.role = 'applicant' AND NEW.informant IS NULL) EXECUTE FUNCTION cases_keep_out_names();
"""
NAMES_AGAIN = """
DROP TRIGGER keep_out_names_inserted ON cases_party;
DROP TRIGGER keep_out_names_updated ON cases_party;
DROP FUNCTION cases_keep_out_names()
"""
# The newest change that was approved must be the one that is being made: an old one opens nothing a second time.
BY_TWO = """
CREATE FUNCTION cases_lower_by_two() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    levels text[] := ARRAY['normal', 'confidential', 'sealed'];
    newest record;
BEGIN
    IF array_position(levels, NEW.sensitivity::text) < array_position(levels, OLD.sensitivity::text) THEN
        SELECT before, after INTO newest FROM cases_sensitivitychange
        WHERE case_id = NEW.id AND state = 'approved' ORDER BY decided_at DESC, id DESC LIMIT 1;
        IF (newest.before, newest.after) IS DISTINCT FROM (OLD.sensitivity, NEW.sensitivity) THEN
            RAISE EXCEPTION 'two persons lower how a matter is kept' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lower_by_two BEFORE UPDATE OF sensitivity ON cases_case
FOR EACH ROW WHEN (OLD.sensitivity <> NEW.sensitivity) EXECUTE FUNCTION cases_lower_by_two();
"""
BY_ONE = "DROP TRIGGER lower_by_two ON cases_case; DROP FUNCTION cases_lower_by_two()"


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_row_security")]
    operations = [
        RunSQL(SHOWS, "DROP FUNCTION cases_shows_identity(bigint)"),
        *guard_commands(
            "cases_identity",
            conditions={
                "select": OF_INFORMANT.format(
                    condition="(matter.sensitivity = 'normal' OR cases_shows_identity(matter.id))"
                ),
                "insert": OF_A_PARTY,
                "delete": OF_INFORMANT.format(condition="matter.sensitivity = 'normal'"),
            },
        ),
        *guard_commands(
            "cases_identityreveal",
            conditions={
                "select": ON_CASE,
                "insert": BY_ONESELF.format(column="asked_by_id") + " AND state = 'asked'",
                "update": (
                    f"state = 'asked' AND asked_by_id <> (SELECT core_actor()) AND {ON_CASE}",
                    BY_ONESELF.format(column="decided_by_id"),
                ),
            },
        ),
        *guard("cases_sensitivitychange", condition=ON_CASE),
        RunSQL(NO_NAME, NAMES_AGAIN),
        RunSQL(BY_TWO, BY_ONE),
    ]
