"""`python -m bench [server|size|deadlines|phone|records]`."""

import sys

from bench import deadlines, phone, phone_data, server, size

PARTS = {
    "server": server.measure,
    "size": size.measure,
    "deadlines": deadlines.measure,
    "phone": phone.measure,
    "records": phone_data.measure,
}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
