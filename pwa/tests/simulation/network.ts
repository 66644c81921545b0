/** The way between phones and server: it loses, delays, doubles and cuts what travels on it. */
import type { ExchangeAnswer } from '../../src/api/wire'
import type { Dice } from './dice'
import { never, type Tab } from './tab'
import type { Tally } from './tally'

/** The machine's own, whatever a tab finds under that name. */
const overTheWire = globalThis.fetch

type Send = () => Promise<Response>

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const refusal = (status: number, code: string, headers: Record<string, string> = {}) => Response.json({ code, message: code }, { status, headers })

export class Network {
  /** Whether anything goes wrong at present. */
  bad = false
  /** What still travels, though its sender has given up on it. */
  private readonly stray = new Set<Promise<unknown>>()

  constructor(private readonly address: string, private readonly dice: Dice, private readonly tally: Tally) {}

  /** The `fetch` of a tab. */
  async fetch(tab: Tab, path: string, init: RequestInit): Promise<Response> {
    if (!tab.dead) tab.pass('request')
    if (tab.dead) return never()
    const send = () => this.send(tab, path, init)
    const response = await (this.bad && this.dice.chance(0.5) ? this.fault(send) : send())
    if (!tab.dead) tab.pass('request')
    return tab.dead ? never() : response
  }

  /** Wait until nothing travels any more. */
  async calm(): Promise<void> {
    this.bad = false
    while (this.stray.size > 0) await Promise.all(this.stray)
  }

  private async send({ phone }: Tab, path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    if (phone.cookie) headers.set('Cookie', phone.cookie)
    const response = await overTheWire(`${this.address}${path}`, { method: init.method, headers, body: init.body })
    const [cookie] = response.headers.getSetCookie()
    if (cookie) phone.cookie = cookie.split(';')[0] ?? ''
    if (path.endsWith('/sync') && response.ok) this.count(await response.clone().json() as ExchangeAnswer)
    if (path.includes('/blobs/') && response.ok) this.tally.hit('photo sent')
    return response
  }

  private count({ verdicts, reset, more }: ExchangeAnswer): void {
    for (const { verdict, duplicate } of verdicts) this.tally.hit(duplicate ? 'duplicate verdict' : `verdict ${verdict}`)
    if (reset) this.tally.hit('reset')
    if (more) this.tally.hit('more pages')
  }

  private fault(send: Send): Promise<Response> {
    const [name, happens] = this.dice.pick(this.faults)
    this.tally.hit(name)
    return happens(send)
  }

  private readonly faults: [string, (send: Send) => Promise<Response>][] = [
    ['request lost', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['answer lost', async (send) => { await send(); throw new TypeError('Failed to fetch') }],
    ['request doubled', async (send) => (await Promise.all([send(), send()]))[1]],
    ['request delayed', (send) => this.delay(send)],
    ['answer cut', async (send) => cut(await send())],
    ['answer slow', async (send) => { await wait(this.dice.below(60)); return send() }],
    ['busy', async () => refusal(503, 'busy', { 'Retry-After': '0' })],
    ['too large for a proxy', async () => new Response('<html>', { status: 413 })],
  ]

  /** The phone gives up; what it sent arrives later, beside what it sends then. */
  private delay(send: Send): Promise<Response> {
    const arrival = wait(this.dice.below(300)).then(send).finally(() => this.stray.delete(arrival))
    this.stray.add(arrival)
    return Promise.reject(new TypeError('Failed to fetch'))
  }
}

/** The connection breaks half-way through the body. */
async function cut(response: Response): Promise<Response> {
  const text = await response.text()
  if (!text) throw new TypeError('Failed to fetch')
  return new Response(text.slice(0, text.length / 2), { status: response.status, headers: { 'Content-Type': 'application/json' } })
}
