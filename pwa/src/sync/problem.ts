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

/** Whether a request came to nothing on the way or at the server, and not by a fault of ours. */
export const onTheWay = (fault: unknown): fault is ApiProblem | NoContact => fault instanceof ApiProblem || fault instanceof NoContact

/** A server out of reach, or one that refuses, as where a session is already over, holds nothing up on this phone. */
export function unlessOnTheWay(fault: unknown): void {
  if (!onTheWay(fault)) throw fault
}

/** The refusal a response carries; a proxy's page without our code goes by its status. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const refusal = await response.json().catch(() => ({})) as Partial<Refusal>
  const code = refusal.code ?? `http_${response.status}`
  return new ApiProblem(response.status, code, refusal.message ?? '', refusal.detail ?? null, retryAfterOf(response))
}

/** So long, in milliseconds, a server is left alone at most, whatever it asks for: a phone whose clock is wrong makes days of a date. */
export const LONGEST_WAIT = 3_600_000

/** `Retry-After` in seconds or as a date. */
function retryAfterOf(response: Response): number | null {
  const said = response.headers.get('Retry-After')
  if (!said) return null
  const wait = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now()
  return Number.isNaN(wait) ? null : Math.min(LONGEST_WAIT, Math.max(0, wait))
}
