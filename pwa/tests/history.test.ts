import { effectScope, nextTick, type Ref } from 'vue'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { dropKey } from '../src/data/keys'
import { wordsInHistory } from '../src/components/history'

let entry: { state: object; replaceState: (state: object) => void }

beforeEach(() => {
  entry = { state: {}, replaceState: (state: object) => { entry.state = state } }
  vi.stubGlobal('window', { history: entry })
})

/** What stands in a field of the page of this entry of the history, when somebody comes to it. */
function found(): string {
  const scope = effectScope()
  const { value } = scope.run(() => wordsInHistory('asked')) as Ref<string>
  scope.stop()
  return value
}

async function search(words: string): Promise<void> {
  const scope = effectScope()
  const asked = scope.run(() => wordsInHistory('asked')) as Ref<string>
  asked.value = words
  await nextTick()
  scope.stop()
}

describe('what was searched for', () => {
  test('is there again for who comes back to the page, and not on another entry of the history', async () => {
    await search('张秀英')
    const searched = entry.state
    expect(found()).toBe('张秀英')
    entry.state = {}
    expect(found()).toBe('')
    entry.state = searched
    expect(found()).toBe('张秀英')
  })

  test('is not written into the history, which the browser keeps in the clear', async () => {
    await search('张秀英')
    expect(JSON.stringify(entry.state)).not.toContain('张秀英')
  })

  test('is gone with the key, so that whoever uses the phone next does not go back to it', async () => {
    await search('张秀英')
    dropKey('li')
    expect(found()).toBe('')
  })
})
