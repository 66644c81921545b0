import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { receiptPath } from '../src/data/later'
import { currentAccount, saveAccount } from '../src/data/phone'
import { receiptToken } from '../src/data/receipt'
import { forgetEveryone, uses } from './phone'

interface Vector {
  case_id: string
  key: string
  token: string
}

const vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/receipt.json', import.meta.url), 'utf8')) as [Vector, ...Vector[]]

test.each(vectors)('the token of a receipt is the same here as on the server: $token', async ({ case_id, key, token }) => {
  expect(await receiptToken(case_id, key)).toBe(token)
})

describe('the link on a receipt', () => {
  const [{ case_id, key, token }] = vectors

  beforeEach(async () => {
    await forgetEveryone()
    const { personId } = await uses('li')
    const me = await currentAccount()
    expect(me?.person_id).toBe(personId)
    if (me) await saveAccount({ ...me, device_token: key })
  })

  test('is made without signal by the phone of whoever opened the case', async () => {
    const me = await currentAccount()
    expect(await receiptPath(case_id, me?.person_id ?? '')).toBe(`/r/${token}`)
  })

  test('is not made for a case that another has opened', async () => {
    expect(await receiptPath(case_id, 'another')).toBeNull()
  })
})
