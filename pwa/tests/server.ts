/** The one stand-in for the server: it speaks the contract's shapes and judges nothing. */
import { gunzipSync } from 'node:zlib'
import { vi } from 'vitest'
import type { Check, DutyAnswer, DutyItem, ExchangeAnswer, ExchangeRequest, Mutation, NoticesAnswer, PatchEntry, Put, RescueReport, Verdict } from '../src/api/wire'
import { grid, post, visitValue } from './community'
import type { ScopeUnit } from '../src/data/types'
import { dataKeyIn, opened, RESCUE_KEY, type Rescued } from './rescue_key'

interface Asked {
  method: string
  path: string
  headers: Headers
  content: unknown
}

/** What a test wants refused: the next requests to `path`, as long as `when` says so. */
interface Refusing {
  path: string
  status: number
  code: string
  detail?: unknown
  headers?: Record<string, string>
  when: (asked: Asked) => boolean
}

export class Server {
  readonly asked: Asked[] = []
  readonly blobs = new Set<string>()
  readonly taken: Mutation[] = []
  readonly rescued: Rescued[] = []
  readonly feed: PatchEntry[] = []
  received = new Map<string, number>()
  verdictOn: (mutation: Mutation) => Partial<Verdict> = () => ({})
  /** What an exchange that ends says the phone must hold (L9). */
  check: () => Check[] = () => []
  duty: DutyAnswer = { person_id: 'li', shifts: [], units: [] }
  /** The duty list, and the tag by which it is known. */
  list: { items: DutyItem[]; tag: string } = { items: [], tag: '"1"' }
  /** Why the next exchange begins the phone's copy anew. */
  anew: string | null = null
  /** An older server does not know of `differs`. */
  deaf = false
  /** What changed in the list of who is signed in, for whoever has not been told of its version. */
  news: NoticesAnswer | null = null
  signal = true
  pages = Infinity
  /** Whether phones of this version are brought patches; what they send is taken in any case. */
  brings = true
  who: { id: string; scope: ScopeUnit[] } = { id: 'li', scope: [post(grid, 'grid_worker')] }
  rescueKey = RESCUE_KEY
  private refusals: Refusing[] = []
  private lacks: number | null = null
  private aside: { path: string; work: () => Promise<unknown> } | null = null

  constructor() {
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => this.answer(url, init))
  }

  /** Refuse requests to `path` while `when` holds; by default the next one only. */
  refuse(path: string, status: number, code: string, more: Partial<Refusing> = {}): void {
    let left = 1
    this.refusals.push({ path, status, code, when: () => left-- > 0, ...more })
  }

  /** Refuse nothing any more. */
  mend(): void {
    this.refusals = []
  }

  /** Do something just as the next request to `path` is answered. */
  meanwhile(path: string, work: () => Promise<unknown>): void {
    this.aside = { path, work }
  }

  /** Lose the signal in the next request to `path`. */
  breakOff(path: string): void {
    this.meanwhile(path, () => Promise.reject(new TypeError('Failed to fetch')))
  }

  /** A hotspot, or whatever else is on the way, answers in the server's place where the path begins so; until one leaves it. */
  behindGateway(path: string, page: () => Response): () => void {
    const real = fetch
    vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => (String(given[0]).startsWith(`/api/v1${path}`) ? page() : real(...given)))
    return () => { vi.stubGlobal('fetch', real) }
  }

  /** Have lost everything after this place in the queue, until a rescued outbox brings it. */
  lacksAfter(through: number): void {
    this.lacks = through
  }

  /** Come back from a backup that has of each queue what came up to this place, and none of these photos. */
  restored(through: number, without: string[]): void {
    for (const device of this.received.keys()) this.received.set(device, through)
    for (const sha256 of without) this.blobs.delete(sha256)
  }

  /** What a phone sealed for this server. */
  async open(file: Blob): Promise<Rescued> {
    return opened(Buffer.from(await file.arrayBuffer()))
  }

  /** The requests to `path` that arrived, by method. */
  to(path: string, method = 'POST'): Asked[] {
    return this.asked.filter((one) => one.path.startsWith(path) && one.method === method)
  }

  get exchanges(): ExchangeRequest[] {
    return this.to('/sync').map(({ content }) => content as ExchangeRequest)
  }

  private async answer(url: string, init: RequestInit): Promise<Response> {
    if (!this.signal) throw new TypeError('Failed to fetch')
    const asked = await read(url, init)
    this.asked.push(asked)
    const refusal = this.refusals.find((one) => asked.path.startsWith(one.path) && one.when(asked))
    if (refusal) return Response.json({ code: refusal.code, message: '不行', detail: refusal.detail ?? null }, { status: refusal.status, headers: refusal.headers ?? {} })
    if (asked.path === this.aside?.path) await this.asideNow()
    if (asked.path === '/rescues') return Response.json(this.rescue(asked.content as Buffer))
    if (asked.path.startsWith('/blobs/')) return this.keepBlob(asked.path)
    if (asked.path === '/duty-items') return this.dutyItems(asked)
    if (asked.path === '/duty') return Response.json(this.duty)
    if (asked.path.startsWith('/duty/swaps')) return new Response(null, { status: asked.path.endsWith('swaps') ? 201 : 204 })
    if (asked.path === '/session') return this.session(asked)
    if (asked.path.startsWith('/notices')) return this.notices(asked.path)
    const exchange = asked.content as ExchangeRequest
    if (!this.brings && exchange.mutations.length === 0) return Response.json({ code: 'protocol_too_old', message: '请更新', detail: null }, { status: 426 })
    return Response.json(this.exchange(exchange))
  }

  private notices(path: string): Response {
    const known = path === '/notices/seen' || path === `/notices?after=${this.news?.version ?? 0}`
    return known ? new Response(null, { status: 204 }) : Response.json(this.news)
  }

  private dutyItems({ headers }: Asked): Response {
    const { items, tag } = this.list
    if (headers.get('If-None-Match') === tag) return new Response(null, { status: 304 })
    return Response.json({ person_id: this.who.id, items }, { headers: { ETag: tag } })
  }

  private keepBlob(path: string): Response {
    this.blobs.add(path.slice('/blobs/'.length))
    return new Response(null, { status: 204 })
  }

  private async asideNow(): Promise<void> {
    const { aside } = this
    this.aside = null
    await aside?.work()
  }

  private rescue(file: Buffer): RescueReport {
    const content = opened(file)
    this.rescued.push(content)
    const through = this.lacks
    this.lacks = null
    const waiting = through === null ? 0 : content.mutations.length
    return {
      taken: content.mutations.length - waiting, already: 0, quarantined: 0, rejected: 0, unreadable: 0, waiting, received_through: through ?? 0,
      photos: content.photos.length, photos_refused: 0,
    }
  }

  private session({ method, content }: Asked): Response {
    if (method === 'DELETE') return new Response(null, { status: 204 })
    const { id, scope } = this.who
    const sealed = (content as { sealed_key?: string | null } | null)?.sealed_key
    const data_key = sealed ? dataKeyOf(sealed, id) : null
    return Response.json({ person: { id, name: id, username: id }, scope, vapid_public_key: 'vapid', rescue_public_key: this.rescueKey, device_token: 'token', data_key })
  }

  private exchange({ device_id, cursor, mutations, differs = [] }: ExchangeRequest): ExchangeAnswer {
    const verdicts = mutations.map((mutation) => this.take(mutation))
    const through = Math.max(this.received.get(device_id) ?? 0, ...mutations.map(({ seq }) => seq))
    this.received.set(device_id, through)
    if (!this.brings) return { now: new Date().toISOString(), received_through: through, verdicts, patch: [], cursor: cursor ?? '', more: true, reset: null, check: [] }
    const reason = differs.length > 0 && !this.deaf ? 'differs' : this.anew
    const reset = reason ? { reason } : null
    this.anew = null
    const from = reset ? 0 : Number(cursor || 0)
    const to = Math.min(this.feed.length, from + this.pages)
    return {
      now: new Date().toISOString(), received_through: through, verdicts, patch: this.feed.slice(from, to),
      cursor: String(to), more: to < this.feed.length, reset, check: to < this.feed.length ? [] : this.check(),
    }
  }

  private take(mutation: Mutation): Verdict {
    const duplicate = this.taken.some(({ id }) => id === mutation.id)
    if (!duplicate) this.taken.push(mutation)
    const verdict: Verdict = { id: mutation.id, seq: mutation.seq, verdict: 'applied', code: null, detail: null, receipt: '8F3K-22QD', ...this.verdictOn(mutation) }
    if (!duplicate && mutation.name === 'visit.record' && verdict.verdict === 'applied') this.feed.push(visitOf(mutation, this.feed.length + 1))
    return duplicate ? { ...verdict, duplicate } : verdict
  }
}

function visitOf({ args }: Mutation, version: number): Put {
  const { id, ...said } = args as { id: string }
  return { op: 'put', type: 'visit', id, version, value: { ...visitValue(), ...said } }
}

function dataKeyOf(sealed: string, personId: string): string | null {
  try {
    return dataKeyIn(sealed, personId)
  } catch {
    return null
  }
}

async function read(url: string, init: RequestInit): Promise<Asked> {
  const headers = new Headers(init.headers)
  const sent = init.body ? Buffer.from(await new Response(init.body).arrayBuffer()) : Buffer.from('null')
  const text = headers.get('Content-Encoding') === 'gzip' ? gunzipSync(sent) : sent
  const json = headers.get('Content-Type') === 'application/json'
  return { method: init.method ?? 'GET', path: url.replace('/api/v1', ''), headers, content: json ? JSON.parse(text.toString()) : text }
}
