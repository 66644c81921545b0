/**
 * Changing what is known of households and visits. Each resolves once it would survive a closed tab; the draft
 * it was written as, if `draftKey` names one, is dropped in the same transaction.
 */
import { v7 as newId } from 'uuid'
import type { Arguments } from '../api/wire'
import { here } from './here'
import { dropDraft } from './drafts'
import { enqueue } from './outbox'
import type { Dwelling, DwellingChanges, DwellingForm, Keep, Resident, ResidentForm, Shown, Visit, VisitChanges } from './types'
import { plain } from './writes'

/** A record as the worker was looking at it; its version says to the server what they had seen (M1). */
export type Looked<T> = Pick<Shown<T>, 'id' | 'version' | 'value'>

/** Add a door to a building. @returns its id */
export async function addDwelling(buildingId: string, form: DwellingForm, draftKey?: string): Promise<string> {
  const id = newId()
  await enqueue({ name: 'dwelling.add', base: null, args: { ...plain(form), building_id: buildingId, id } }, draftKey)
  return id
}

/** Add somebody to a dwelling. @returns their id */
export async function addResident(dwellingId: string, form: ResidentForm, draftKey?: string): Promise<string> {
  const id = newId()
  await enqueue({ name: 'resident.add', base: null, args: { ...plain(form), dwelling_id: dwellingId, id } }, draftKey)
  return id
}

export async function editResident(looked: Looked<Resident>, wanted: Partial<ResidentForm>, draftKey?: string): Promise<void> {
  await edit('resident.edit', looked, wanted, draftKey)
}

export async function editDwelling(looked: Looked<Dwelling>, wanted: DwellingChanges, draftKey?: string): Promise<void> {
  await edit('dwelling.edit', looked, wanted, draftKey)
}

export async function amendVisit(looked: Looked<Visit>, wanted: VisitChanges, draftKey?: string): Promise<void> {
  await edit('visit.amend', looked, wanted, draftKey)
}

/** Somebody moved away or asked to be forgotten. */
export async function removeResident({ id, version }: Looked<Resident>, reason = ''): Promise<void> {
  await enqueue({ name: 'resident.remove', base: version, args: { id, reason } })
}

/** Say which of a conflict's two values its field is to have. */
export async function settleConflict(id: string, keep: Keep): Promise<void> {
  const { db } = await here()
  await enqueue({ name: 'conflict.settle', base: (await db.base('conflict').get(id))?.version ?? null, args: { id, keep } })
}

type EditName = 'resident.edit' | 'dwelling.edit' | 'visit.amend'

/** Only the fields that differ from what the worker was looking at are sent; an edit of none is not made. */
async function edit<N extends EditName>(name: N, looked: Looked<object>, wanted: object, draftKey?: string): Promise<void> {
  const seen: Record<string, unknown> = plain({ ...looked.value })
  const changes = Object.fromEntries(Object.entries(plain(wanted)).filter(([field, value]) => !same(seen[field], value)))
  const fields = Object.keys(changes)
  if (fields.length === 0) return draftKey ? dropDraft(draftKey) : undefined
  const args = { id: looked.id, changes } as Arguments[N]
  await enqueue({ name, base: looked.version, args, seen: Object.fromEntries(fields.map((field) => [field, seen[field]])) }, draftKey)
}

/** Of a set the order says nothing. */
const same = (one: unknown, other: unknown): boolean => said(one) === said(other)

const said = (value: unknown): string => JSON.stringify(Array.isArray(value) ? [...value].sort() : value)
