from petitions.models.conclusion import Conclusion, StatutoryProcedure
from petitions.models.notice import Notice
from petitions.models.opinion import Opinion
from petitions.models.petition import Petition
from petitions.models.referral import Referral
from petitions.models.review import Hearing, Review

__all__ = ["Conclusion", "Hearing", "Notice", "Opinion", "Petition", "Referral", "Review", "StatutoryProcedure"]
