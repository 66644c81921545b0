"""How long the long tests go on: a little in every `make test`, more when somebody asks for it."""

import os

ROUNDS = int(os.environ.get("ROUNDS", "20"))
"""So many times something is killed (`make kills ROUNDS=200`)."""

EVENTS = int(os.environ.get("EVENTS", "300"))
"""So many events make notices while workers are killed (`make kills EVENTS=10000`)."""

SECONDS = float(os.environ.get("SECONDS", "10"))
"""So long many phones write at once (`make hammer SECONDS=60`)."""
