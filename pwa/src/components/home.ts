import { computed } from 'vue'
import { dwelling, live, type DwellingPage } from '@/data'
import { homeOf, type Spot } from './spot'

/**
 * The dwelling that a form is about: `page` is undefined until it is read, null where it is none; `gone` where this phone does not
 * hold it, for a draft lies longer than a grid.
 */
export function useHome(spot: () => Spot) {
  const home = computed(() => homeOf(spot()))
  const read = live<{ of: string; page: DwellingPage | null } | undefined>(
    async () => ({ of: home.value, page: home.value ? await dwelling(home.value) : null }), undefined, () => home.value,
  )
  const page = computed(() => read.value?.page)
  const residents = computed(() => page.value?.residents ?? [])
  const gone = computed(() => Boolean(read.value?.of) && page.value === null)
  return { home, page, residents, gone }
}
