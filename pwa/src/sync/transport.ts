/** The only file that fetches. */
import { NoContact, notOurs, parsed, problemOf, type Answer } from './problem'

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
export async function request(path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = new Headers(init.headers)
  headers.set('X-Qiaomen', '1')
  headers.set('Accept-Language', language())
  const answer = await reach(`${API}${path}`, { ...init, headers, credentials: 'same-origin', cache: 'no-store' })
  if (!answer.ok && answer.status !== NOT_CHANGED) throw problemOf(answer)
  return answer
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

const asking = async (method: Method, path: string, content?: unknown): Promise<Answer> =>
  request(path, content === undefined ? { method } : { method, ...(await packed(JSON.stringify(content))) })

/** Send JSON and read the answer's JSON; undefined where the answer has none (201, 204). @throws ApiProblem, NoContact */
export async function send(method: Method, path: string, content?: unknown): Promise<unknown> {
  const answer = await asking(method, path, content)
  return answer.headers.get('Content-Type')?.includes('json') ? contentOf(answer) : nothingIn(answer)
}

/** Have something done, of which our server says no more than that it is (201, 204). @throws ApiProblem, NoContact */
export async function command(method: Method, path: string, content?: unknown): Promise<void> {
  nothingIn(await asking(method, path, content))
}

/** Created, and done: by nothing else our server says that there is no more to say. */
const NO_MORE_TO_SAY = [201, 204]

/** Our server says no more than that it is done; whatever says more, or nothing in another way, is something on the way. @throws NoContact */
export function nothingIn({ status, body }: Answer): void {
  if (!NO_MORE_TO_SAY.includes(status) || body.byteLength > 0) throw notOurs()
}

/** The JSON of an answer. @throws NoContact where it is none, as from something on the way */
export function contentOf({ body }: Answer): unknown {
  try {
    return parsed(body)
  } catch (fault) {
    throw new NoContact(fault)
  }
}

/** The whole answer: its body can hang as well. By a timer of our own, for Chrome before 103 has no `AbortSignal.timeout`. */
async function reach(url: string, init: RequestInit): Promise<Answer> {
  const patience = new AbortController()
  const timer = setTimeout(() => { patience.abort() }, PATIENCE)
  try {
    const response = await fetch(url, { ...init, signal: patience.signal })
    const { ok, status, headers } = response
    return { ok, status, headers, body: await response.arrayBuffer() }
  } catch (fault) {
    throw new NoContact(fault)
  } finally {
    clearTimeout(timer)
  }
}

async function packed(json: string): Promise<RequestInit> {
  const headers = { 'Content-Type': 'application/json' }
  if (json.length <= GZIP_FROM || !('CompressionStream' in globalThis)) return { headers, body: json }
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'))
  return { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: await new Response(stream).blob() }
}
