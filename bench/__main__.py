"""`python -m bench [server|news|whistle|size|deadlines|phone|first-copy|day|records|lighthouse]`."""

import sys

from bench import (
    day,
    deadlines,
    first_copy,
    lighthouse,
    news,
    phone,
    phone_data,
    server,
    size,
    whistle,
)

PARTS = {
    "server": server.measure,
    "news": news.measure,
    "whistle": whistle.measure,
    "size": size.measure,
    "deadlines": deadlines.measure,
    "phone": phone.measure,
    "first-copy": first_copy.measure,
    "day": day.measure,
    "records": phone_data.measure,
    "lighthouse": lighthouse.measure,
}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
