"""Puts Google's own client for Python through what this server promises (S2)."""

# Their promises are entered as they are read.
import genai_python_pictures  # noqa: F401
import genai_python_work  # noqa: F401
from genai_python_contract import judge

judge()
