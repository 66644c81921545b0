/** What a browser keeps in words beside its databases. A browser that forbids it has none. */

const unlessForbidden = (storage: () => Storage | undefined): Storage | null => {
  try {
    return storage() ?? null
  } catch {
    return null
  }
}

export const ofAllTabs = (): Storage | null => unlessForbidden(() => globalThis.localStorage)

export const ofThisTab = (): Storage | null => unlessForbidden(() => globalThis.sessionStorage)
