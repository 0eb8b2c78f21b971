"""One stack per environment: reads the stack's configuration, builds it, exports what callers need."""

import pulumi

from stacks import settings, topology

for name, value in topology.build(settings.load()).items():
    pulumi.export(name, value)
