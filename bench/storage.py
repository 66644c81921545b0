"""What runs in the page to reach the storage of the phone: one person's database in IndexedDB."""

from tests.e2e.phone_storage import STORAGE

OUTBOX = f"""async () => {{
  {STORAGE}
  const entries = await rowsOf('outbox')
  db.close()
  return entries
}}"""

_RECORDS = """
  const bundles = await rowsOf('bundle')
  const records = bundles.flatMap(({ rows }) => rows)
"""

RECORDS = f"""async () => {{
  {STORAGE}
  {_RECORDS}
  db.close()
  return records
}}"""

FILL = f"""async (entries) => {{
  {STORAGE}
  const rows = await Promise.all(entries.map(({{ mutation, ...row }}) => seal(row, {{ mutation }}, 'outbox')))
  const filling = db.transaction(['outbox', 'fact'], 'readwrite')
  for (const entry of rows) filling.objectStore('outbox').add(entry)
  filling.objectStore('fact').put({{ key: 'seq', value: entries.length }})
  await new Promise((done) => {{ filling.oncomplete = done }})
  db.close()
}}"""

BARE = f"""async ([count, page]) => {{
  {STORAGE}
  {_RECORDS}
  const rows = records.filter(({{ type }}) => type === 'visit').slice(-count)
  db.close()
  const asked = indexedDB.open('bare', 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore('visit', {{ keyPath: 'id' }})
  const bare = await whenDone(asked)
  const began = performance.now()
  for (let at = 0; at < rows.length; at += page) {{
    const writing = bare.transaction('visit', 'readwrite', {{ durability: 'strict' }})
    for (const row of rows.slice(at, at + page)) writing.objectStore('visit').put(row)
    await new Promise((done) => {{ writing.oncomplete = done }})
  }}
  const took = performance.now() - began
  bare.close()
  await whenDone(indexedDB.deleteDatabase('bare'))
  return took
}}"""
