/** When this phone's storage is nearly used up, by sync/rules/health.json. */
import rule from '@rules/health.json'

export type StorageRisk = 'full' | 'filling'

const MB = 1024 * 1024

/** By the bytes the app uses of those the browser gives it; null where it does not say, or has room. */
export function storageRisk(used: number | null, quota: number | null): StorageRisk | null {
  if (used === null || !quota) return null
  const reached = rule.storage.find(({ used_share, free_mb }) => used / quota >= used_share || (quota - used) / MB <= free_mb)
  return (reached?.risk as StorageRisk | undefined) ?? null
}
