/** What can go wrong between the phone and the server. */
import type { Refusal } from '../api/wire'

/** The server answered, and refused. `message` is in the user's language. */
export class ApiProblem extends Error {
  /** How long the server asked to wait, in milliseconds; null where it did not say. */
  readonly retryAfter: number | null

  /** Whether our server said it: something on the way refuses without one of our codes. */
  get ours(): boolean {
    return this.code !== `http_${this.status}`
  }

  constructor(readonly status: number, readonly code: string, message: string, readonly detail: unknown = null, retryAfter: number | null = null) {
    super(message)
    this.name = 'ApiProblem'
    this.retryAfter = retryAfter
  }
}

/** The server was not reached, or broke off. */
export class NoContact extends Error {
  constructor(cause: unknown) {
    super('the server was not reached', { cause })
    this.name = 'NoContact'
  }
}

/** Something on the way answered in the place of our server, as a gateway that wants one to sign in. */
export const notOurs = (): NoContact => new NoContact(new Error('the answer is not our server’s'))

/** The answer, if it is one: `part` is what our server always says in it. @throws NoContact */
export function ours<T extends object>(answer: unknown, part: keyof T): T {
  if (typeof answer !== 'object' || answer === null || !(part in answer)) throw notOurs()
  return answer as T
}

/** Whether a request came to nothing on the way or at the server, and not by a fault of ours. */
export const onTheWay = (fault: unknown): fault is ApiProblem | NoContact => fault instanceof ApiProblem || fault instanceof NoContact

/** A server out of reach, or one that refuses, as where a session is already over, holds nothing up on this phone. */
export function unlessOnTheWay(fault: unknown): void {
  if (!onTheWay(fault)) throw fault
}

/** An answer of which everything has arrived. */
export interface Answer extends Pick<Response, 'ok' | 'status' | 'headers'> {
  body: ArrayBuffer
}

/** The JSON in a body, read in one go: `Response.json` takes a page of 2,000 records half as long again. @throws SyntaxError */
export const parsed = (body: ArrayBuffer): unknown => JSON.parse(new TextDecoder().decode(body))

/** The refusal an answer carries; a proxy's page without our code goes by its status, where that speaks of our server. */
export function problemOf(answer: Answer): ApiProblem | NoContact {
  const { status } = answer
  const refusal = refusalIn(answer)
  if (!refusal && !isOfServer(status)) return notOurs()
  return new ApiProblem(status, refusal?.code ?? `http_${status}`, refusal?.message ?? '', refusal?.detail ?? null, retryAfterOf(answer))
}

/** A proxy of our server says by these that it is too much, or that nobody behind it answers. Whatever else is refused on the way is as no signal: it comes and goes with the network. */
const isOfServer = (status: number): boolean => status === 413 || status === 429 || (status >= 500 && status !== 511)

/** Gateways too have codes and messages, of their own; a refusal of ours has all its parts. */
function refusalIn({ body }: Answer): Refusal | null {
  try {
    const { code, message, detail } = parsed(body) as Partial<Refusal>
    return typeof code === 'string' && typeof message === 'string' && detail !== undefined ? { code, message, detail } : null
  } catch {
    return null
  }
}

/** So long, in milliseconds, a server is left alone at most, whatever it asks for: a phone whose clock is wrong makes days of a date. */
export const LONGEST_WAIT = 3_600_000

/** `Retry-After` in seconds or as a date. */
function retryAfterOf({ headers }: Answer): number | null {
  const said = headers.get('Retry-After')
  if (!said) return null
  const wait = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now()
  return Number.isNaN(wait) ? null : Math.min(LONGEST_WAIT, Math.max(0, wait))
}
