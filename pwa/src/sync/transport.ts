/** The only file that fetches. */
import { NoContact, problemOf } from './problem'

const API = '/api/v1'

/** Bodies above this are worth compressing. */
const GZIP_FROM = 4 * 1024

/** A stairwell's signal can hang for ever; an exchange may not. */
const PATIENCE = 60_000

/**
 * One request to the server.
 *
 * @throws ApiProblem when it refuses; NoContact when it was not reached
 */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('X-Qiaomen', '1')
  headers.set('Accept-Language', document.documentElement.lang || 'zh-CN')
  const response = await reach(`${API}${path}`, { ...init, headers, credentials: 'same-origin', cache: 'no-store' })
  if (!response.ok) throw await problemOf(response)
  return response
}

/** Send JSON and read the answer's JSON; undefined where the answer has none (201, 204). */
export async function send(method: 'GET' | 'POST' | 'DELETE', path: string, content?: unknown): Promise<unknown> {
  const response = await request(path, content === undefined ? { method } : { method, ...(await packed(JSON.stringify(content))) })
  if (!response.headers.get('Content-Type')?.includes('json')) return undefined
  return response.json().catch((fault: unknown) => { throw new NoContact(fault) })
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) })
  } catch (fault) {
    throw new NoContact(fault)
  }
}

async function packed(json: string): Promise<RequestInit> {
  const headers = { 'Content-Type': 'application/json' }
  if (json.length <= GZIP_FROM || !('CompressionStream' in globalThis)) return { headers, body: json }
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'))
  return { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: await new Response(stream).blob() }
}
