import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { FIRST } from '../words'

const root = fileURLToPath(new URL('../src/', import.meta.url))

/** The files that come with this one: what it imports by a static import. */
function withImports(file: string, found = new Map<string, string>()): Map<string, string> {
  const path = [file, `${file}.ts`, `${file}/index.ts`].find((one) => /\.(ts|vue)$/.test(one) && existsSync(one))
  if (!path || found.has(path)) return found
  const text = readFileSync(path, 'utf8')
  found.set(path, text)
  for (const [, from = ''] of text.matchAll(/^(?:import|export)(?! type)[^'"]* from '([^']+)'/gm)) {
    if (from.startsWith('.') || from.startsWith('@/')) withImports(from.startsWith('@/') ? root + from.slice(2) : resolve(dirname(path), from), found)
  }
  return found
}

const withAll = (...pages: string[]) => new Map(pages.flatMap((page) => [...withImports(root + page)]))

/** What somebody sees before anything was typed, on a new phone and on one that is locked. */
const SIGNING_IN = ['main.ts', 'pages/SignIn.vue']
const FIRST_SCREEN = [...SIGNING_IN, 'BehindLock.vue']

test('the first screen says nothing whose words come later', () => {
  const said = [...withAll(...FIRST_SCREEN, 'pages/lock/KeyLost.vue', 'OpenFrame.vue').values()]
    .flatMap((text) => [...text.matchAll(/\bt\([`'](\w+)\./g)].map(([, group]) => group ?? ''))
  expect(said).toContain('lock')
  expect([...new Set(said)].filter((group) => !FIRST.includes(group))).toEqual([])
})

test('the first screen brings none of the reads of records, nor the rules', () => {
  const first = [...withAll(...FIRST_SCREEN).keys()].map((path) => path.slice(root.length))
  expect(first).toContain('data/first.ts')
  expect(first.filter((path) => /^(rules\/|data\/(index|later|overlay|today)\.ts)/.test(path))).toEqual([])
})

test('signing in on a new phone brings nothing that keeps records', () => {
  const first = [...withAll(...SIGNING_IN).keys()].map((path) => path.slice(root.length))
  expect(first.filter((path) => path.startsWith('data/')).sort()).toEqual(['data/before.ts', 'data/language.ts'])
})
