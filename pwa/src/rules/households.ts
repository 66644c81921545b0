/** What adding and removing do on the phone; `sync/households.py` is the server's. */
import type { RecordType } from '../api/records'
import type { AddDwellingArgs, AddResidentArgs, Arguments } from '../api/wire'
import type { Change } from './change'
import type { Scene } from './scene'

/** A door in a building; nowhere yet if this phone does not hold the building. */
export function addDwelling({ id, ...said }: AddDwellingArgs, { look }: Scene): Change[] {
  const { grid_id = null, compound_id = null } = look('building', said.building_id) ?? {}
  return [{ type: 'dwelling', id, value: { ...said, grid_id, compound_id } }]
}

/** Somebody who lives in a dwelling. */
export function addResident({ id, care_needs, ...said }: AddResidentArgs, { look }: Scene): Change[] {
  const { grid_id = null, compound_id = null } = look('dwelling', said.dwelling_id) ?? {}
  return [{ type: 'resident', id, value: { ...said, care_needs, grid_id, compound_id } as Change<'resident'>['value'] }]
}

/** The record goes; nothing of it is shown any more. */
export function removeResident({ id }: Arguments['resident.remove'], { look }: Scene): Change[] {
  const type: RecordType = 'resident'
  return look(type, id) ? [{ type, id, value: null }] : []
}
