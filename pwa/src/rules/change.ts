/** What a mutation does to one record. */
import type { RecordType, Records } from '../api/records'

/** A record as it stands after a mutation; null for one that is gone. */
export interface Change<T extends RecordType = RecordType> {
  type: T
  id: string
  value: Records[T] | null
}

export interface Named {
  type: RecordType
  id: string
}
