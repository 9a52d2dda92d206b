"""The petitions' part of the back-office: the registration page, and the acts on the case page."""

from petitions.admin.acts import petition_acts
from petitions.admin.petitions import PetitionAdmin
from petitions.admin.referrals import referral_acts
from petitions.admin.reviews import review_acts

__all__ = ["PetitionAdmin", "petition_acts", "referral_acts", "review_acts"]
