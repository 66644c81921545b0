/** The language of this phone, where the service worker finds it too. */

const CACHE = 'qiaomen-language'
const KEY = '/language'

/** Speak this language in notifications too; the service worker reads it from the cache storage. */
export async function rememberLanguage(language: string): Promise<void> {
  const cache = await caches.open(CACHE)
  await cache.put(KEY, new Response(language))
}
