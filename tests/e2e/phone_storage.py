"""What runs in the page to reach the storage of the phone that is unlocked: one person's database."""

STORAGE = """
  const whenDone = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result) })
  const aes = (iv, table) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(table) })
  const decrypt = (key, sealed, table) =>
    crypto.subtle.decrypt(aes(sealed.slice(0, 12), table), key, sealed.slice(12))
  const kept = JSON.parse(sessionStorage.getItem('qiaomen.key'))
  const phone = await whenDone(indexedDB.open('qiaomen'))
  const lock = await whenDone(phone.transaction('lock').objectStore('lock').get(kept.person_id))
  phone.close()
  const wrapped = Uint8Array.from(atob(kept.wrapped), (letter) => letter.charCodeAt(0))
  const raw = await decrypt(lock.session, wrapped, 'session')
  const dataKey = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  const db = await whenDone(indexedDB.open(`qiaomen-${kept.person_id}`))
  const unseal = async ({ sealed, ...row }, table) => {
    const secret = sealed && new TextDecoder().decode(await decrypt(dataKey, sealed, table))
    return { ...row, ...(secret && JSON.parse(secret)) }
  }
  const rowsOf = async (table) => {
    const rows = await whenDone(db.transaction(table).objectStore(table).getAll())
    return Promise.all(rows.map((row) => unseal(row, table)))
  }
  const seal = async (row, secret, table) => {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const plain = new TextEncoder().encode(JSON.stringify(secret))
    const text = new Uint8Array(await crypto.subtle.encrypt(aes(iv, table), dataKey, plain))
    return { ...row, sealed: Uint8Array.from([...iv, ...text]).buffer }
  }
"""
"""Gives `db`, which the caller closes, `whenDone`, `rowsOf(table)`, and `seal(row, secret, table)`."""
