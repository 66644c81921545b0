"""`python -m bench [server|phone]`."""

import sys

from bench import phone, server

PARTS = {"server": server.measure, "phone": phone.measure}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
