/** What the phone does when a whole exchange is refused (PROTOCOL.md, Refusing). The outbox survives each. */
import type { ApiProblem } from './problem'

/**
 * `stop`: report and keep, until somebody acts. `rewind`: send again from where the server is. `halve`: try
 * half the batch. `wait`: later, with jitter. `hold`: the same, and say why. `update`: report, and fetch a newer
 * app; work goes on being sent. `leave`: this device is shut out.
 */
export type Reaction = 'stop' | 'rewind' | 'halve' | 'wait' | 'hold' | 'update' | 'leave'

const BY_CODE: Record<string, Reaction> = {
  device_revoked: 'leave',
  protocol_too_new: 'hold',
  sequence_gap: 'rewind',
}

const BY_STATUS: Record<number, Reaction> = {
  400: 'stop',
  401: 'stop',
  403: 'stop',
  409: 'stop',
  413: 'halve',
  415: 'stop',
  426: 'update',
  429: 'wait',
}

/** Any other failure of the server's passes; any other refusal is one this version does not understand. */
export const reactionTo = ({ code, status }: ApiProblem): Reaction =>
  BY_CODE[code] ?? BY_STATUS[status] ?? (status >= 500 ? 'wait' : 'stop')
