import { describe, expect, test, vi } from 'vitest'
import { leisure } from '../src/data/leisure'
import { expectPages, timeToRead, touchHere } from '../src/data/pages_to_come'
import { forScreen, screenAtRest } from '../src/data/screen'

/** How many milliseconds it takes until the screen is at rest. */
async function untilRest(): Promise<number> {
  const began = Date.now()
  let at = 0
  void screenAtRest().then(() => { at = Date.now() - began })
  await vi.advanceTimersByTimeAsync(10_000)
  return at
}

const reading = (ms: number, ends: 'well' | 'badly' = 'well') =>
  forScreen(new Promise<void>((done, fail) => { setTimeout(ends === 'well' ? done : fail, ms) }))

test('a screen for which nothing is read is at rest', async () => {
  vi.useFakeTimers()
  expect(await untilRest()).toBe(0)
})

test('a screen is at rest a moment after the last read, which may follow from the one before, or fail', async () => {
  vi.useFakeTimers()
  reading(200)
  setTimeout(reading, 250, 300, 'badly')
  expect(await untilRest()).toBe(650)
  expect(await untilRest()).toBe(0)
})

test('a read that does not end is waited for three seconds', async () => {
  vi.useFakeTimers()
  reading(60_000)
  expect(await untilRest()).toBe(3_000)
  await vi.advanceTimersByTimeAsync(60_000)
})

test('what nobody waits for goes on while the screen is at rest, and at once as soon as somebody does', async () => {
  vi.useFakeTimers()
  const { turn, end } = leisure()
  const done: string[] = []
  const work = async () => {
    for (const piece of ['first', 'second', 'third', 'fourth']) {
      await turn()
      done.push(piece)
    }
  }
  void work()
  await vi.advanceTimersByTimeAsync(75)
  expect(done).toEqual(['first'])
  reading(1_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(done).toEqual(['first', 'second'])
  end()
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toEqual(['first', 'second', 'third', 'fourth'])
})

describe('while pages of a patch follow one another, what was read', () => {
  /** How many milliseconds it stays as it is. */
  async function unread(meanwhile: () => Promise<unknown>): Promise<number> {
    vi.useFakeTimers()
    expectPages(true)
    const last = performance.now()
    let waited = 0
    void timeToRead(last).then(() => { waited = performance.now() - last })
    await meanwhile()
    await vi.advanceTimersByTimeAsync(10_000)
    return waited
  }

  test('is read again after a second', async () => {
    expect(await unread(() => Promise.resolve())).toBe(1_000)
  })

  test('is read again at once for whoever touches the screen', async () => {
    expect(await unread(() => vi.advanceTimersByTimeAsync(300).then(touchHere))).toBe(300)
  })
})
