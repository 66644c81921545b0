import { ref, watch, type Ref } from 'vue'
import { photoUrl } from '@/data'
import { online } from './online'

/** Addresses of photos that can be shown now; null where a photo is still on its way to this phone. */
export function usePhotos(hashes: () => string[]): Ref<(string | null)[]> {
  const urls = ref<(string | null)[]>([])

  async function read(wanted: string): Promise<void> {
    const found = await Promise.all(hashes().map((sha256) => photoUrl(sha256).catch(() => null)))
    if (wanted === hashes().join()) urls.value = found
  }

  // Watched as one text: a list read anew from the database is another list with the same photos.
  watch(() => hashes().join(), (wanted) => void read(wanted), { immediate: true })
  watch(online, (now) => { if (now) void read(hashes().join()) })
  return urls
}
