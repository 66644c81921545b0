import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'

const eslint = new ESLint({ cwd: fileURLToPath(new URL('..', import.meta.url)) })

/** The rules that `code` would break if it stood in `file`. */
async function broken(file: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath: file })
  return result?.messages.map(({ ruleId }) => ruleId) ?? []
}

describe('who may know whom', () => {
  test.each([
    ['data imports sync', 'src/data/live.ts', `import '../sync/run'`],
    ['data imports a page', 'src/data/live.ts', `import '../main'`],
    ['rules import data', 'src/rules/scene.ts', `import '../data/db'`],
    ['sync imports the router', 'src/sync/run.ts', `import '../router'`],
    ['the worker imports data', 'src/worker/words.ts', `import '../data/db'`],
    ['the worker imports a component', 'src/worker/words.ts', `import '../components/toast'`],
    ['the worker imports what pages sync by', 'src/worker/words.ts', `import '../sync'`],
    ['main reaches into the database', 'src/main.ts', `import '@/data/db'`],
    ['main reaches into the engine', 'src/main.ts', `import '@/sync/run'`],
  ])('it fails when %s', async (_what, file, code) => {
    expect(await broken(file, code)).toContain('import-x/no-restricted-paths')
  }, 30_000)

  test('it fails when data fetches', async () => {
    expect(await broken('src/data/live.ts', `await fetch('/api/v1/session')`)).toContain('no-restricted-globals')
  }, 30_000)

  test('it fails on a circle', async () => {
    expect(await broken('src/data/due.ts', `import { fold } from './digest'\nexport const circle = fold`)).toContain('import-x/no-cycle')
  }, 30_000)

  test('the worker may send', async () => {
    expect(await broken('src/worker/words.ts', `import { sendUnattended } from '../sync/unattended'\nexport const door = sendUnattended`)).toEqual([])
  }, 30_000)

  test('pages may use the doors of data and sync', async () => {
    expect(await broken('src/main.ts', `import { buildings } from '@/data'\nimport { syncNow } from '@/sync'\nexport const doors = [buildings, syncNow]`)).toEqual([])
  }, 30_000)
})
