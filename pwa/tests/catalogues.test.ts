import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createI18n } from 'vue-i18n'
import steps from '@rules/notice_steps.json'
import notices from '@rules/notice_words.json'
import en from '@/locales/en.json'
import openapi from '../openapi.json'

interface Words { [key: string]: string | Words }

/** As written: imported, the messages would be compiled. */
const catalogue = (file: string): [string, string][] =>
  messages(JSON.parse(readFileSync(new URL(`../src/locales/${file}.json`, import.meta.url), 'utf8')) as Words)

const messages = (words: Words, path = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, said]) => (typeof said === 'string' ? [[path + key, said] as [string, string]] : messages(said, `${path}${key}.`)))

/** What each message is filled with; of one that English says of one thing otherwise than of many, each form. */
const blanks = (words: [string, string][]) =>
  words.flatMap(([key, said]) => said.split(' | ').map((form) => [key, ...[...form.matchAll(/\{(\w+)\}/g)].map(([, blank]) => blank).sort()].join(' ')))

describe.each([['the app', ''], ['who is shut out', 'rescue/']])('the words for %s', (_whom, folder) => {
  const [zh, en] = [catalogue(`${folder}zh-CN`), catalogue(`${folder}en`)]

  test('say the same things in both languages, filled with the same', () => {
    expect(new Set(blanks(en))).toEqual(new Set(blanks(zh)))
  })

  test('are one in Chinese, and in English one for one thing and one for many', () => {
    expect(zh.filter(([, said]) => said.includes('|'))).toEqual([])
    expect(en.filter(([, said]) => said.includes('|') && !/^[^|]*\{n\}[^|]* \| [^|]*\{n\}[^|]*$/.test(said))).toEqual([])
  })

  test('leave nothing unsaid', () => {
    expect([...zh, ...en].filter(([, said]) => !said.trim())).toEqual([])
  })
})

test.each([
  ['lock.wrong', 1, 'Wrong. 1 try left.'], ['lock.wrong', 2, 'Wrong. 2 tries left.'], ['lock.wrong', 0, 'Wrong. 0 tries left.'],
  ['buildings.entrances', 1, '1 entrance'], ['buildings.entrances', 3, '3 entrances'],
  ['buildings.floors', 1, '1 floor'], ['buildings.floors', 18, '18 floors'],
])('%s of %i is said in English as it is counted', (key, n, said) => {
  const { t } = createI18n({ legacy: false, locale: 'en', messages: { en } }).global
  expect(t(key, { n })).toBe(said)
})

const within = (group: string): string[] =>
  catalogue('zh-CN').flatMap(([key]) => (key.startsWith(`${group}.`) ? [key.slice(group.length + 1)] : []))

test('there are words for many of every kind of notice, and for each kind of which a case’s page says who was reached', () => {
  const kinds = [...Object.keys(notices.zh.kinds), 'other']
  expect(within('notices.many').sort()).toEqual(kinds.sort())
  expect(within('reached.about').sort()).toEqual(kinds.filter((kind) => !(kind in steps.leads_to)).sort())
})

test('there are words for every reason why somebody was not reached', () => {
  const [reasons] = openapi.components.schemas.ReachedAttempt.properties.reason.anyOf
  expect(within('reached.why').sort()).toEqual([...reasons?.enum ?? [], 'other'].sort())
})

/** What is Chinese in any language: a name, a place as the server writes it, the ways in which people type a number. */
const CHINESE = ['data/passkey.ts', 'data/search.ts', 'data/telephones.ts', 'pages/me/MeSettings.vue', 'rules/places.ts', 'pages/diary/share.ts']

/** Comments, and patterns for what people type. */
const UNSAID = [/\/\*[^]*?\*\//g, /<!--[^]*?-->/g, /(?<=^|\s)\/\/.*$/gm, /(?<=[\s(])\/[^/*\s].*?\/(?=[.,)gim\n])/g]

test('nothing on the screen is said past the catalogues', () => {
  const root = new URL('../src/', import.meta.url)
  const said = (file: string) => UNSAID.reduce((text, unsaid) => text.replace(unsaid, ''), readFileSync(new URL(file, root), 'utf8'))
  const files = (readdirSync(root, { recursive: true }) as string[]).filter((file) => /\.(ts|vue)$/.test(file))
  const speaking = files.filter((file) => /[\p{Script=Han}\u3000-\u303f\uff00-\uffef“”…]/u.test(said(file)))
  expect(speaking.sort()).toEqual([...CHINESE].sort())
})
