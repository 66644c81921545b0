import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Case, Unit } from '../src/api/records'
import { allowedActions, applyCaseAction, type CaseAction } from '../src/rules/case_flow'
import type { Scene } from '../src/rules/scene'
import type { Facts } from '../src/rules/transitions'
import type { Post } from '../src/rules/levels'
import { storageRisk } from '../src/rules/storage'
import { caseValue } from './community'

interface Vectors {
  units: { id: string; level: Unit['level']; parent_id: string | null }[]
  beside: Partial<Case>
  args: Facts
  other: Partial<Case>
  vectors: { title: string; args?: Facts; post: { unit_id: string; role: string }; case: Partial<Case>; other?: Partial<Case>; allowed: CaseAction[]; after: Partial<Record<CaseAction, Partial<Case>>> }[]
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}.json`, import.meta.url), 'utf8'))

const { units, beside, args, other, vectors } = read('case_flow') as Vectors
const storage = read('storage') as { title: string; used: number | null; quota: number | null; risk: string | null }[]

const unitOf = (id: string) => units.find((unit) => unit.id === id)

function sceneOf({ unit_id, role }: { unit_id: string; role: string }, beyond: Partial<Case>): Scene {
  const post: Post = { unit_id, role, level: unitOf(unit_id)?.level ?? 'grid' }
  return {
    author: { id: 'me', name: '我', posts: [post] },
    at: '2026-11-23T00:30:00.000Z',
    look: (type, id) => ({ unit: unitOf(id), person: { name: '他' }, case: caseValue({ ...beside, ...beyond }) } as Record<string, unknown>)[type] as never,
  }
}

describe('the vectors shared with the server hold on the phone', () => {
  test.each(vectors)('$title', (vector) => {
    const [now, scene] = [caseValue({ ...beside, ...vector.case }), sceneOf(vector.post, vector.other ?? other)]
    expect(allowedActions(now, scene)).toEqual(vector.allowed)
    for (const [action, after] of Object.entries(vector.after)) expect(applyCaseAction(now, action as CaseAction, scene, { ...args, ...vector.args })).toMatchObject(after)
  })

  test.each(storage)('storage: $title', ({ used, quota, risk }) => {
    expect(storageRisk(used, quota)).toBe(risk)
  })
})
