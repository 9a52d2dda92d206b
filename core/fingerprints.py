"""Which keys this database has been written with: wrong ones are noticed before a value is written under them."""

from django.db import models


class KeyFingerprint(models.Model):
    """One key by its id and a hash under the key itself, from which nobody computes it; the key is never stored.

    A key that was given up is needed no longer: no value is written under it any more.
    """

    keyring = models.CharField(max_length=20)
    key_id = models.CharField(max_length=20, blank=True)
    fingerprint = models.CharField(max_length=32)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["keyring", "key_id"], name="keyfingerprint_one_key_per_id")]

    def __str__(self) -> str:
        return f"{self.keyring} {self.key_id}"
