/** What must hold once the faults have stopped (the law behind the rules, in PROTOCOL.md). */
import { expect } from 'vitest'
import type { ExchangeAnswer, Mutation } from '../../src/api/wire'
import { RECORD_TYPES, type OutboxEntry, type PersonDatabase } from '../../src/data/db'
import { Handset } from './handset'
import type { Tally } from './tally'
import type { Town } from './town'

const RESENT = 200

/** What a check looks at. */
interface Ground {
  town: Town
  tally: Tally
  phones: Handset[]
}

export async function check(ground: Ground): Promise<void> {
  const given = await freshCopy(ground)
  for (const phone of ground.phones) {
    await checkJournal(ground, phone)
    await checkScreens(phone)
    await checkPhotos(ground, phone)
    await checkCopy(phone, given)
    await checkQuiet(ground, phone)
  }
}

const entriesOf = async (db: PersonDatabase): Promise<OutboxEntry[]> => db.outbox.toArray()

/** Whatever the phone said was saved is judged, once, and its author was told the same verdict and receipt. */
async function checkJournal({ town }: Ground, phone: Handset): Promise<void> {
  const db = await phone.db()
  const device = (await db.fact.get('device_id'))?.value
  const judged = town.journal().filter(({ device_id }) => device_id === device)
  const entries = await entriesOf(db)
  const told = entries.map(({ mutation, verdict }) => ({ id: mutation.id, name: mutation.name, verdict: verdict?.verdict, receipt: verdict?.receipt }))
  const kept = judged.map(({ id, name, verdict, receipt }) => ({ id, name, verdict, receipt }))
  expect(sorted(told), `${phone.username} was told what was judged`).toEqual(sorted(kept))
  const ids = new Set(kept.map(({ id }) => id))
  expect(phone.said.filter(({ id }) => !ids.has(id)), `${phone.username} lost nothing`).toEqual([])
  expect(entries.filter(({ state }) => state !== 'settled' && state !== 'refused'), `the queue of ${phone.username} has drained`).toEqual([])
}

const sorted = <T extends { id: string }>(all: T[]): T[] => [...all].sort((one, other) => one.id.localeCompare(other.id))

/** Nothing waits to be shown, and every visit its author saved is on its dwelling's page. */
async function checkScreens(phone: Handset): Promise<void> {
  const pending = await phone.surely(async ({ here, overlay }) => {
    const over = await overlay.overlay(await here.here())
    return RECORD_TYPES.flatMap((type) => over.turned(type)).filter(({ by }) => !by.refused)
  })
  expect(pending, `${phone.username} sees what the server has`).toEqual([])
  await seesOwnVisits(phone)
}

/** A visit that was said to be saved never vanishes from the screen, whatever is under way (the tap is the truth). */
export async function seesOwnVisits(phone: Handset): Promise<void> {
  const saved = phone.said.filter(({ name }) => name === 'visit.record').slice(-6) as Mutation[]
  for (const { args } of saved) {
    const { id, dwelling_id } = args as { id: string; dwelling_id: string }
    const page = await phone.surely(({ data }) => data.dwelling(dwelling_id))
    expect(page?.visits.map((visit) => visit.id), `${phone.username} sees the visit they saved`).toContain(id)
  }
}

async function checkPhotos({ town }: Ground, phone: Handset): Promise<void> {
  const db = await phone.db()
  const states = (await db.photo.toArray()).map(({ state }) => state)
  expect(states.filter((state) => state === 'waiting' || state === 'refused'), `photos of ${phone.username}`).toEqual([])
  for (const sha256 of await db.photo.where('state').equals('sent').primaryKeys()) {
    const { status } = await ask(town.address, phone, `/blobs/${sha256}`, { method: 'HEAD' })
    expect(status).toBe(200)
  }
}

type Copy = Map<string, unknown[]>

/** What a new phone is given. All see the same records, so the first of them is asked. */
async function freshCopy({ phones: [first], tally }: Ground): Promise<Copy> {
  const fresh = new Handset(first?.username ?? '', tally)
  await fresh.signIn()
  const copy = await copyOf(await fresh.db())
  fresh.tab.kill()
  return copy
}

/** The phone holds each record at its version, and each digest, as a new phone does. */
async function checkCopy(phone: Handset, given: Copy): Promise<void> {
  for (const [table, rows] of await copyOf(await phone.db())) expect(rows, `${table} on the phone of ${phone.username}`).toEqual(given.get(table))
}

const byId = (one: { id: string }, other: { id: string }): number => one.id.localeCompare(other.id)

async function copyOf(db: PersonDatabase): Promise<Copy> {
  const records = RECORD_TYPES.map(async (type): Promise<[string, unknown[]]> => [type, (await db.base(type).all()).map((row) => ({ ...row, answer: undefined })).sort(byId)])
  return new Map([...await Promise.all(records), ['digest', (await db.board.toArray()).flatMap(({ homes }) => homes).sort(byId).map((digest) => ({ ...digest, care: digest.care.sort(), open: digest.open.sort() }))]])
}

/** Everything sent once more changes nothing, gets the first verdicts again, and brings nothing. */
async function checkQuiet({ town }: Ground, phone: Handset): Promise<void> {
  const db = await phone.db()
  const before = town.journal().length
  const entries = (await entriesOf(db)).slice(-RESENT)
  const [device_id, cursor] = await Promise.all(['device_id', 'cursor'].map(async (key) => (await db.fact.get(key))?.value))
  const asked = { protocol: 1, device_id, sent_at: new Date().toISOString(), cursor, mutations: entries.map(({ mutation }) => mutation) }
  const answer = await ask(town.address, phone, '/sync', { method: 'POST', body: JSON.stringify(asked) })
  const { verdicts, patch, more, reset } = await answer.json() as ExchangeAnswer
  expect(verdicts.map(({ id, verdict, receipt, duplicate }) => ({ id, verdict, receipt, duplicate })), 'a resend gets the first verdicts').toEqual(
    entries.map(({ mutation, verdict }) => ({ id: mutation.id, verdict: verdict?.verdict, receipt: verdict?.receipt, duplicate: true })),
  )
  expect({ patch, more, reset, journal: town.journal().length }, 'a resend and a second pull bring nothing').toEqual({ patch: [], more: false, reset: null, journal: before })
}

const overTheWire = globalThis.fetch

function ask(address: string, phone: Handset, path: string, init: RequestInit): Promise<Response> {
  const headers = { 'X-Qiaomen': '1', 'Cookie': phone.cookie, 'Content-Type': 'application/json' }
  return overTheWire(`${address}/api/v1${path}`, { ...init, headers })
}
