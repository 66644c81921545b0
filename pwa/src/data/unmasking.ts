/** Phone numbers are masked until somebody asks for one, and that they did is on record (docs/domain.md, "What users are owed"). */
import { enqueue } from './outbox'

/** Whose number it is: a resident's, or of who reported a case. */
export interface PhoneOwner {
  type: 'resident' | 'case'
  id: string
}

/** Resolves once it is on record; until then the number is not to be shown. */
export async function unmask({ type, id }: PhoneOwner): Promise<void> {
  await enqueue({ name: `${type}.unmask`, base: null, args: { id } })
}
