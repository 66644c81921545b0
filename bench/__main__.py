"""`python -m bench [server|news|size|deadlines|phone|day|records|whistle]`."""

import sys

from bench import day, deadlines, news, phone, phone_data, server, size, whistle

PARTS = {
    "server": server.measure,
    "news": news.measure,
    "whistle": whistle.measure,
    "size": size.measure,
    "deadlines": deadlines.measure,
    "phone": phone.measure,
    "day": day.measure,
    "records": phone_data.measure,
}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
