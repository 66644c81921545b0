/** Who was told of a case, which the server alone knows: asked when somebody looks, and kept nowhere. */
import type { ReachedAnswer, ReachedAttempt } from '../api/wire'
import { ours } from './problem'
import { send } from './transport'

/** In the order in which they went out. @throws ApiProblem, NoContact */
export async function reachedOf(caseId: string): Promise<ReachedAttempt[]> {
  const { attempts } = ours<ReachedAnswer>(await send('GET', `/cases/${caseId}/reached`), 'attempts')
  return attempts
}
