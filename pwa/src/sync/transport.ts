/** The only file that fetches. */
import { NoContact, problemOf } from './problem'

const API = '/api/v1'

/** Bodies above this are worth compressing. */
const GZIP_FROM = 4 * 1024

/** A stairwell's signal can hang for ever; an exchange may not. */
const PATIENCE = 60_000

const NOT_CHANGED = 304

/** The language of the server's messages. A page says which it speaks; the service worker shows none. */
let language = (): string => 'zh-CN'

export function answerIn(spoken: () => string): void {
  language = spoken
}

/**
 * One request to the server. Who names a tag in `If-None-Match` may be answered that nothing changed (304).
 *
 * @throws ApiProblem when it refuses; NoContact when it was not reached
 */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('X-Qiaomen', '1')
  headers.set('Accept-Language', language())
  const response = await reach(`${API}${path}`, { ...init, headers, credentials: 'same-origin', cache: 'no-store' })
  if (!response.ok && response.status !== NOT_CHANGED) throw await problemOf(response)
  return response
}

/** Send JSON and read the answer's JSON; undefined where the answer has none (201, 204). */
export async function send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, content?: unknown): Promise<unknown> {
  const response = await request(path, content === undefined ? { method } : { method, ...(await packed(JSON.stringify(content))) })
  if (!response.headers.get('Content-Type')?.includes('json')) return undefined
  return parsed(await response.arrayBuffer())
}

/** The JSON in a body, read in one go: `Response.json` takes a page of 2,000 records half as long again. */
function parsed(body: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch (fault) {
    throw new NoContact(fault)
  }
}

/** The whole answer: its body can hang as well. By a timer of our own, for Chrome before 103 has no `AbortSignal.timeout`. */
async function reach(url: string, init: RequestInit): Promise<Response> {
  const patience = new AbortController()
  const timer = setTimeout(() => { patience.abort() }, PATIENCE)
  try {
    return await whole(await fetch(url, { ...init, signal: patience.signal }))
  } catch (fault) {
    throw new NoContact(fault)
  } finally {
    clearTimeout(timer)
  }
}

const WITHOUT_BODY = [204, 205, NOT_CHANGED]

async function whole(response: Response): Promise<Response> {
  const { status, headers } = response
  const body = await response.arrayBuffer()
  return new Response(WITHOUT_BODY.includes(status) ? null : body, { status, headers })
}

async function packed(json: string): Promise<RequestInit> {
  const headers = { 'Content-Type': 'application/json' }
  if (json.length <= GZIP_FROM || !('CompressionStream' in globalThis)) return { headers, body: json }
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'))
  return { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: await new Response(stream).blob() }
}
