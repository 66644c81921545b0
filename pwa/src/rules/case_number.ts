/** The number of a case, which a resident is given; `sync/cases.py` is the server's. */

/** `482-193-7011`: ten figures, for anybody can read them out. Of the id alone, so that it is known before the server is reached. */
export function caseNumber(id: string): string {
  const figures = figuresOf(id)
  return `${figures.slice(0, 3)}-${figures.slice(3, 6)}-${figures.slice(6)}`
}

/** The same without what stands between. */
export const figuresOf = (id: string): string => String(Number.parseInt(id.slice(-12), 16) % 1e10).padStart(10, '0')

/** The figures that were typed, with or without what stands between them; null where there is anything else. */
export function figuresIn(text: string): string | null {
  const figures = text.replace(/[-－—\s]/g, '')
  return /^\d+$/.test(figures) ? figures : null
}
