from petitions.models.conclusion import Conclusion, StatutoryProcedure
from petitions.models.notice import Notice
from petitions.models.opinion import Opinion
from petitions.models.petition import Petition

__all__ = ["Conclusion", "Notice", "Opinion", "Petition", "StatutoryProcedure"]
