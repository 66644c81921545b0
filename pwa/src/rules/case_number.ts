/** The number of a case, which a resident is given; `sync/cases.py` is the server's. */

/** `482-193-7011`: ten figures, for anybody can read them out. Of the id alone, so that it is known before the server is reached. */
export function caseNumber(id: string): string {
  const figures = String(Number.parseInt(id.slice(-12), 16) % 1e10).padStart(10, '0')
  return grouped(figures)
}

/** The number that was typed, with or without what stands between its figures; null for what is none. */
export function numberIn(text: string): string | null {
  const figures = text.replace(/[-－—\s]/g, '')
  return /^\d{10}$/.test(figures) ? grouped(figures) : null
}

const grouped = (figures: string): string => `${figures.slice(0, 3)}-${figures.slice(3, 6)}-${figures.slice(6)}`
