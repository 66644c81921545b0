import { markRaw } from 'vue'
import { createI18n } from 'vue-i18n'
import { rememberLanguage } from '@/data/before'
import first from './locales/zh-CN.first.json'
import type zh from './locales/zh-CN.json'

export type Language = 'zh-CN' | 'en'
const KEPT = 'qiaomen.language'

/** Nothing is said before its words have come. */
const firstWords = first as typeof zh

/** Chinese for the first screen is in the first file; English is fetched by those who choose it. */
export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as Language,
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': markRaw(firstWords) } as Record<string, typeof zh>,
})

/** Raw, for words do not change one by one: following each costs a cheap phone half a second. */
const tell = (language: Language, words: typeof zh): void => i18n.global.setLocaleMessage(language, markRaw(words))

let later: Promise<void> | null = null

/** The rest of the Chinese words, which every page but the first waits for. */
export function allWords(): Promise<void> {
  later ??= import('./locales/zh-CN.later.json').then(
    ({ default: words }) => { tell('zh-CN', { ...firstWords, ...(words as Partial<typeof zh>) }) },
    (fault: unknown) => { later = null; throw fault },
  )
  return later
}

/** The language chosen on this phone. Chinese unless somebody chose otherwise, whatever the browser says. */
export function chosenLanguage(): Language {
  return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN'
}

/** Speak `language` from now on: on the screen, to screen readers, to the server and in notifications. */
export async function speak(language: Language): Promise<void> {
  if (language === 'en') tell('en', (await import('./locales/en.json')).default)
  i18n.global.locale.value = language
  document.documentElement.lang = language
  localStorage.setItem(KEPT, language)
  // Without cache storage (plain http) there are no notifications to translate either.
  void rememberLanguage(language).catch(() => undefined)
}
