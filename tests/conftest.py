"""For all tests: how long an example takes says something of the machine, nothing of the code."""

from hypothesis import HealthCheck, settings

settings.register_profile("line", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("line")
