/** The password by which somebody signs in, changed where they are signed in. Kept nowhere on the phone. */
import { command } from './transport'

/** @throws ApiProblem `wrong_password`, `weak_password`, `too_many_attempts`; NoContact */
export async function choosePassword(current: string, chosen: string): Promise<void> {
  await command('PUT', '/password', { current, new: chosen })
}
