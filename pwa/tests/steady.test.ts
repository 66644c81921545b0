import Dexie from 'dexie'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { recordVisit, syncState } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { phone } from '../src/data/phone'
import { uses } from './phone'
import { visitForm } from './community'

const add = IDBObjectStore.prototype.add
afterEach(() => { IDBObjectStore.prototype.add = add })

/** As iOS does it: the connection goes in the middle of a save, before its commit or after it. */
function loseConnection(how: (transaction: IDBTransaction) => void): void {
  IDBObjectStore.prototype.add = function (this: IDBObjectStore, ...given: Parameters<typeof add>) {
    IDBObjectStore.prototype.add = add
    const request = add.apply(this, given)
    how(this.transaction)
    return request
  }
}

const beforeTheCommit = (transaction: IDBTransaction) => { transaction.abort() }

/** It reaches the disk, but the page is told of an abort. */
const afterTheCommit = (transaction: IDBTransaction) => {
  transaction.oncomplete = () => transaction.onabort?.(new Event('abort'))
}

const words = async (db: PersonDatabase) =>
  (await db.outbox.toArray()).map(({ seq, mutation }) => [seq, (mutation.args as { summary: string }).summary])

describe('when the browser closes the database under the app', () => {
  test('a visit that was not committed is saved after it is opened again', async () => {
    const db = await uses('li')
    loseConnection(beforeTheCommit)
    await recordVisit(visitForm({ summary: '灯泡坏了' }))
    expect(await words(db)).toEqual([[1, '灯泡坏了']])
  })

  test('a visit that was committed, but whose commit was never told, is saved once', async () => {
    const db = await uses('li')
    loseConnection(afterTheCommit)
    await Promise.all(['一', '二', '三'].map((summary) => recordVisit(visitForm({ summary }))))
    expect((await words(db)).map(([, said]) => said).sort()).toEqual(['一', '三', '二'])
    expect((await words(db)).map(([seq]) => seq)).toEqual([1, 2, 3])
  })

  test('a visit is not said to be saved when the database cannot be opened again', async () => {
    const db = await uses('li')
    loseConnection(beforeTheCommit)
    const open = vi.spyOn(db, 'open').mockRejectedValueOnce(new Dexie.OpenFailedError('gone'))
    await expect(recordVisit(visitForm())).rejects.toThrow('gone')
    open.mockRestore()
    expect(await words(db)).toEqual([])
  })

  test('both databases are opened again by the next write and the next read', async () => {
    const db = await uses('li')
    for (const closed of [db, phone]) closed.close({ disableAutoOpen: false })
    await recordVisit(visitForm())
    for (const closed of [db, phone]) closed.close({ disableAutoOpen: false })
    expect((await syncState()).unsent).toBe(1)
  })

  test('another tab that brings a newer database does not lose this tab’s next visit', async () => {
    const db = await uses('li')
    await db.open()
    const newer = new Dexie(db.name)
    newer.version(db.verno + 1).stores(Object.fromEntries(db.tables.map(({ name, schema }) => [name, [schema.primKey.src, ...schema.indexes.map(({ src }) => src)].join()])))
    await newer.open()
    await recordVisit(visitForm())
    expect(await newer.table('outbox').count()).toBe(1)
    await newer.delete()
  })
})
