"""Plays the providers of models: their APIs, limits, latency and faults, on this machine.

It imports nothing of reqsift, so that what is measured against it is not measured by itself.
"""

from reqsift.simulator.dialect import Ending
from reqsift.simulator.ledger import Call, Stats
from reqsift.simulator.script import Asked, Script, Spoken
from reqsift.simulator.server import Simulator, simulated
from reqsift.simulator.settings import Fault, InvalidSettings, Settings, parse_faults

__all__ = [
    "Asked",
    "Call",
    "Ending",
    "Fault",
    "InvalidSettings",
    "Script",
    "Settings",
    "Simulator",
    "Spoken",
    "Stats",
    "parse_faults",
    "simulated",
]
