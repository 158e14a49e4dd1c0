"""Verify a plan: recompute it from its tables and those of its case, without the program that made it."""

from gridplan.plan.verify.certificate import Certificate
from gridplan.plan.verify.ledger import Failure
from gridplan.plan.verify.run import CHECKS, NoPlanError, verify, verify_folder

__all__ = ["CHECKS", "Certificate", "Failure", "NoPlanError", "verify", "verify_folder"]
