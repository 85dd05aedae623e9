"""The posture: YAML in, the domain's `Posture` and findings with their places out."""

from posture.findings import CODES, Finding, Level
from posture.load import Loaded, load, loads

__all__ = ["CODES", "Finding", "Level", "Loaded", "load", "loads"]
