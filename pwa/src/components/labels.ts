import type { DwellingPage } from '@/data'

/** `3号楼 1-502`: how people say which dwelling it is. */
export function dwellingLabel(page: DwellingPage): string {
  return `${page.building?.name ?? ''} ${page.value.entrance}-${page.value.room}`.trim()
}
