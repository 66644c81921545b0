/** Who was told of a case, which the server alone knows: asked when somebody looks, and kept nowhere. */
import type { ReachedAnswer, ReachedAttempt } from '../api/wire'
import { send } from './transport'

/** In the order in which they went out. @throws ApiProblem, NoContact */
export async function reachedOf(caseId: string): Promise<ReachedAttempt[]> {
  const { attempts } = await send('GET', `/cases/${caseId}/reached`) as ReachedAnswer
  return attempts
}
