/** Units' own deadlines, which the server alone knows: asked when a leader looks, and kept nowhere. */
import type { AskedPolicy, ConsentRequest, DeadlinePolicy, DeadlinesAnswer, PolicySetting } from '../api/wire'
import { ours } from './problem'
import { command, send } from './transport'

const at = (unitId: string): string => `/units/${unitId}/deadlines`

/** @throws ApiProblem, NoContact */
export const deadlinesOf = async (unitId: string): Promise<DeadlinesAnswer> => ours<DeadlinesAnswer>(await send('GET', at(unitId)), 'policies')

/** Let a unit's own times be what `change` makes of them, as they are by now: another leader may have set some. @throws ApiProblem, NoContact */
export async function changeDeadlines(unitId: string, change: (now: readonly PolicySetting[]) => PolicySetting[]): Promise<void> {
  const { policies } = await deadlinesOf(unitId)
  await command('PUT', at(unitId), { policies: change(policies.map(settingOf)) })
}

/** Agree to what a unit below asks, as it was set then. @throws ApiProblem, NoContact */
export async function agreeToDeadline({ unit_id, urgency, item_code, set_at }: AskedPolicy): Promise<void> {
  await command('POST', `${at(unit_id)}/agree`, { urgency, item_code, set_at } satisfies ConsentRequest)
}

/** Decline it. @throws ApiProblem, NoContact */
export async function declineDeadline({ unit_id, urgency, item_code, set_at }: AskedPolicy): Promise<void> {
  await command('POST', `${at(unit_id)}/decline`, { urgency, item_code, set_at } satisfies ConsentRequest)
}

/** A policy as it is sent, without what the server says of it. */
const settingOf = ({ urgency, item_code, accept_minutes, settle_hours, settle_working_days }: DeadlinePolicy): PolicySetting =>
  ({ urgency, item_code, accept_minutes, settle_hours, settle_working_days })
