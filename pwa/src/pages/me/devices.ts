import type { OwnDevice } from '@/sync'
import { useWords } from '../../components/words'

/** What phones say of themselves that tell no model, in words. */
const KINDS = { apple: /iPhone|iPad/, android: /Android|Linux (arm|aarch)/i, computer: /Win|Mac|Linux/ }

/** One's own phones in words. */
export function useDeviceWords() {
  const { t, list } = useWords()

  function called({ name, platform }: OwnDevice): string {
    const kind = Object.entries(KINDS).find(([, pattern]) => pattern.test(platform))?.[0]
    return name || t(`device.kind.${kind ?? 'other'}`)
  }

  /** What it last said to hold; empty where it never did. */
  function held({ unsent, photos_unsent }: OwnDevice): string {
    if (unsent === null && photos_unsent === null) return ''
    const parts = [
      unsent && t('sync.unsent', { n: unsent }),
      photos_unsent && t('sync.photos_unsent', { n: photos_unsent }),
    ].filter((part): part is string => Boolean(part))
    return parts.length ? t('device.held', { what: list(parts) }) : t('device.held_nothing')
  }

  return { t, called, held }
}
