import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import notices from '@rules/notice_words.json'
import openapi from '../openapi.json'

interface Words { [key: string]: string | Words }

/** As written: imported, the messages would be compiled. */
const catalogue = (file: string): [string, string][] =>
  messages(JSON.parse(readFileSync(new URL(`../src/locales/${file}.json`, import.meta.url), 'utf8')) as Words)

const messages = (words: Words, path = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, said]) => (typeof said === 'string' ? [[path + key, said] as [string, string]] : messages(said, `${path}${key}.`)))

/** What each message is filled with. */
const blanks = (words: [string, string][]) =>
  Object.fromEntries(words.map(([key, said]) => [key, [...said.matchAll(/\{(\w+)\}/g)].map(([, blank]) => blank).sort()]))

describe.each([['the app', ''], ['who is shut out', 'rescue/']])('the words for %s', (_whom, folder) => {
  const [zh, en] = [catalogue(`${folder}zh-CN`), catalogue(`${folder}en`)]

  test('say the same things in both languages, filled with the same', () => {
    expect(blanks(en)).toEqual(blanks(zh))
  })

  test('leave nothing unsaid', () => {
    expect([...zh, ...en].filter(([, said]) => !said.trim())).toEqual([])
  })
})

const within = (group: string): string[] =>
  catalogue('zh-CN').flatMap(([key]) => (key.startsWith(`${group}.`) ? [key.slice(group.length + 1)] : []))

test.each(['notices.many', 'reached.about'])('%s has words for every kind of notice', (group) => {
  expect(within(group).sort()).toEqual([...Object.keys(notices.zh.kinds), 'other'].sort())
})

test('there are words for every reason why somebody was not reached', () => {
  const [reasons] = openapi.components.schemas.ReachedAttempt.properties.reason.anyOf
  expect(within('reached.why').sort()).toEqual([...reasons?.enum ?? [], 'other'].sort())
})

/** What is Chinese in any language: a name, a place as the server writes it, the ways in which people type a number. */
const CHINESE = ['data/passkey.ts', 'data/search.ts', 'pages/me/MeSettings.vue', 'rules/places.ts', 'pages/diary/share.ts']

/** Comments, and patterns for what people type. */
const UNSAID = [/\/\*[^]*?\*\//g, /<!--[^]*?-->/g, /(?<=^|\s)\/\/.*$/gm, /(?<=[\s(])\/[^/*\s].*?\/(?=[.,)gim\n])/g]

test('nothing on the screen is said past the catalogues', () => {
  const root = new URL('../src/', import.meta.url)
  const said = (file: string) => UNSAID.reduce((text, unsaid) => text.replace(unsaid, ''), readFileSync(new URL(file, root), 'utf8'))
  const files = (readdirSync(root, { recursive: true }) as string[]).filter((file) => /\.(ts|vue)$/.test(file))
  const speaking = files.filter((file) => /[\p{Script=Han}\u3000-\u303f\uff00-\uffef“”…]/u.test(said(file)))
  expect(speaking.sort()).toEqual([...CHINESE].sort())
})
