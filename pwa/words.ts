/** Splitting the Chinese words: those of the first screen come with it, the rest with the page after it. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

/** The groups of `locales/zh-CN.json` that the first screen says something of: the lock and how long it waits, signing in and what is around every page. */
export const FIRST = ['app', 'word', 'offline', 'errors', 'sign_in', 'lock', 'key_lost', 'tab', 'bell', 'time']

const PART = /zh-CN\.(first|later)\.json$/

/** Serves `zh-CN.first.json` and `zh-CN.later.json` beside the one file that is written by hand. */
export function splitWords(folder: string): Plugin {
  return {
    name: 'split-words',
    enforce: 'pre',
    resolveId: (id) => (PART.test(id) ? `${folder}/${PART.exec(id)?.[0]}` : null),
    load(id) {
      const part = PART.exec(id)?.[1]
      if (!part) return null
      this.addWatchFile(`${folder}/zh-CN.json`)
      const words = Object.entries(JSON.parse(readFileSync(`${folder}/zh-CN.json`, 'utf8')) as object)
      return JSON.stringify(Object.fromEntries(words.filter(([group]) => FIRST.includes(group) === (part === 'first'))))
    },
  }
}
