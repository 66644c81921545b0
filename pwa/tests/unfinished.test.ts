import { beforeEach, expect, test } from 'vitest'
import { recordVisit, saveDraft, unfinished } from '../src/data'
import { bring, uses } from './phone'
import { home, visitForm } from './community'

beforeEach(async () => { await bring(await uses('li'), home()) })

test('what was begun at a door or elsewhere leads back to its words', async () => {
  for (const key of ['visit:d502', 'visit:new', 'case:d502:branch', 'case:d502:v1', 'case:new:doorstep']) await saveDraft(key, {})
  expect((await unfinished()).map(({ form, path, label }) => [form, path, label]).sort()).toEqual([
    ['case', '/cases/new?dwelling=d502&kind=branch', '3号楼 1-502'],
    ['case', '/cases/new?dwelling=d502&visit=v1', '3号楼 1-502'],
    ['case', '/cases/new?kind=doorstep', ''],
    ['visit', '/visits/new?', ''],
    ['visit', '/visits/new?dwelling=d502', '3号楼 1-502'],
  ])
})

test('a correction is no new visit or case, and what is saved is finished', async () => {
  for (const key of ['visit:d502', 'visit:d502:again:3', 'visit-amend:v1', 'case-action:c1:resolve', 'case:new:branch:again:4', 'resident:r1']) await saveDraft(key, {})
  await recordVisit(visitForm(), 'visit:d502')
  expect(await unfinished()).toEqual([])
})
