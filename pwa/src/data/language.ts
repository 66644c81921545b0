/** The language of this phone, in the cache storage: there the service worker finds it too. */

const CACHE = 'qiaomen-language'
const KEY = '/language'

/** Speak this language in notifications too. */
export async function rememberLanguage(language: string): Promise<void> {
  const cache = await caches.open(CACHE)
  await cache.put(KEY, new Response(language))
}

/** The language chosen in the page, as the service worker finds it; null until one was chosen. */
export async function rememberedLanguage(): Promise<string | null> {
  const chosen = await caches.match(KEY, { cacheName: CACHE })
  return (await chosen?.text()) ?? null
}
