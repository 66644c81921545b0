/** What waits for this person's decision (P8), which the server alone knows: asked when they look, and kept nowhere. */
import type { DecisionAnswer, QuarantineAnswer, QuarantinedMutation } from '../api/wire'
import { ours } from './problem'
import { send } from './transport'

/** The oldest first. @throws ApiProblem, NoContact */
export const quarantined = async (): Promise<QuarantineAnswer> => ours<QuarantineAnswer>(await send('GET', '/quarantine'), 'quarantined')

/** The decision that stands: sent again, or after somebody else, it is the first one. @throws ApiProblem, NoContact */
export const decide = async ({ device_id, id }: Pick<QuarantinedMutation, 'device_id' | 'id'>, accept: boolean): Promise<DecisionAnswer> =>
  ours<DecisionAnswer>(await send('POST', `/quarantine/${device_id}/${id}`, { accept }), 'decided_at')
