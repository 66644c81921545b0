"""`python -m bench [server|size|phone|records]`."""

import sys

from bench import phone, phone_data, server, size

PARTS = {
    "server": server.measure,
    "size": size.measure,
    "phone": phone.measure,
    "records": phone_data.measure,
}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
