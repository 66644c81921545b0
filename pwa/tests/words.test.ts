import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { LATER } from '../words'

const root = fileURLToPath(new URL('../src/', import.meta.url))

/** The files that come with this one: what it imports by a static import. */
function withImports(file: string, found = new Map<string, string>()): Map<string, string> {
  const path = [file, `${file}.ts`, `${file}/index.ts`].find((one) => /\.(ts|vue)$/.test(one) && existsSync(one))
  if (!path || found.has(path)) return found
  const text = readFileSync(path, 'utf8')
  found.set(path, text)
  for (const [, from = ''] of text.matchAll(/^(?:import|export)[^'"]* from '([^']+)'/gm)) {
    if (from.startsWith('.') || from.startsWith('@/')) withImports(from.startsWith('@/') ? root + from.slice(2) : resolve(dirname(path), from), found)
  }
  return found
}

test('the first screen says nothing whose words come later', () => {
  const first = new Map([...withImports(`${root}main.ts`), ...withImports(`${root}pages/SignIn.vue`)])
  expect(first.size).toBeGreaterThan(40)
  const said = [...first.values()].flatMap((text) => [...text.matchAll(/\bt\([`'](\w+)\./g)].map(([, group]) => group ?? ''))
  expect(said).toContain('today')
  expect([...new Set(said)].filter((group) => LATER.includes(group))).toEqual([])
})
