/** Finding a case by the number a resident was given. */
import { caseNumber } from '../rules/case_number'
import { shownCases } from './cases'
import type { Row } from './db'
import { here } from './here'
import { overlay } from './overlay'
import type { CaseRow } from './types'

/** The cases of a number as `numberIn` gives it, nearly always one. */
export async function casesNumbered(number: string): Promise<CaseRow[]> {
  const at = await here()
  const over = await overlay(at)
  const isAsked = ({ id }: { id: string }) => caseNumber(id) === number
  const own = new Set(over.all('case').filter(isAsked).map(({ value }) => value))
  const found: Row<'case'>[] = []
  for await (const rows of at.db.base('case').parts()) found.push(...rows.filter(isAsked))
  return shownCases(at, over, found, (value) => own.has(value))
}
