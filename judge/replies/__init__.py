"""Reading what a critic replied: the reasons, and the verdict that stands."""

from judge.replies.actions import Wanted, read_actions
from judge.replies.objects import read_object
from judge.replies.reader import GRAMMARS, Reading, read
from judge.replies.schemas import schema

__all__ = ["GRAMMARS", "Reading", "Wanted", "read", "read_actions", "read_object", "schema"]
