import { useTimes } from './times'
import { useWords } from './words'

/** A place on the map is said by its numbers. */
const plain = (part: unknown): string => (typeof part === 'object' ? Object.values(part ?? {}).join(', ') : String(part))

/** The fields of records, and what stands in them, in words. */
export function useFieldWords() {
  const { t, list, named } = useWords()
  const { day, moment } = useTimes()

  /** A code of a choice is said by the words of its field; whatever has none is said as it is. */
  const said: Record<string, (value: string) => string> = {
    relation: (value) => named('relation', value),
    care_needs: (value) => named('care', value),
    occupancy: (value) => named('dwelling.occupancy', value),
    kind: (value) => named('visit.kinds', value),
    urgency: (value) => named('urgency', value),
    consented_on: day,
    next_visit_on: day,
    occurred_at: moment,
  }

  function value(field: string, written: unknown): string {
    const parts = [written].flat().filter((one) => one !== null && one !== '')
    return list(parts.map((one) => (said[field] ?? String)(plain(one)))) || t('conflict.empty')
  }

  return { t, value, field: (name: string) => named('field', name) }
}
