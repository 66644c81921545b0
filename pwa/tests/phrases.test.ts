import { beforeEach, describe, expect, test } from 'vitest'
import { keepPhrases, ownPhrases } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { storedOf } from '../src/data/here'
import { phrasesIn, withPhrase } from '../src/components/phrases'
import { uses } from './phone'

let db: PersonDatabase

beforeEach(async () => { db = await uses('li') })

describe('the phrases of a worker', () => {
  test('are those they wrote, list by list, until they want the list as it comes', async () => {
    expect(await ownPhrases('visit.phrase')).toBeNull()
    await keepPhrases('visit.phrase', ['老人精神好', '药按时吃'])
    expect([await ownPhrases('visit.phrase'), await ownPhrases('case.phrase')]).toEqual([['老人精神好', '药按时吃'], null])
    await keepPhrases('visit.phrase', null)
    expect(await ownPhrases('visit.phrase')).toBeNull()
  })

  test('lie encrypted on the phone, and no other person of it sees them', async () => {
    await keepPhrases('visit.phrase', ['王秀英腿疼'])
    expect(JSON.stringify(await storedOf(db.personId).phrases.toArray())).not.toContain('王秀英')
    await uses('zhang')
    expect(await ownPhrases('visit.phrase')).toBeNull()
  })

  test('are the lines of what was typed, each once and none empty', () => {
    expect(phrasesIn(' 一切正常 \n\n药按时吃\n一切正常\n')).toEqual(['一切正常', '药按时吃'])
  })
})

test.each([
  ['', '身体挺好', '；', '身体挺好'],
  ['身体挺好 ', '水电气正常', '；', '身体挺好；水电气正常'],
  ['身体挺好。', '漏水', '；', '身体挺好。漏水'],
  ['In good health', 'Leak', '; ', 'In good health; Leak'],
  ['In good health.', 'Leak', '; ', 'In good health. Leak'],
])('a phrase goes behind “%s” as one more sentence: “%s”', (written, phrase, join, said) => {
  expect(withPhrase(written, phrase, join)).toBe(said)
})
