/** 民情日记: the visits by day, newest first, a part of it at a time. */
import type { Visit, VisitKind } from '../api/records'
import { dayOf } from './due'
import { here, type Here } from './here'
import { placeLabels } from './labels'
import { overlay, type Overlay } from './overlay'
import { shown, shownOne } from './shown'
import { dayTag } from './tags'
import type { Shown } from './types'
import { newestVisitFirst } from './visits'

/** One visit as the diary tells it. */
export interface DiaryEntry extends Shown<Visit> {
  /** Where it was: `3号楼 1-502`, or the place's own words. */
  place_label: string
  /** Who was met, of those this phone still knows. */
  met_names: string[]
  /** Written by the person whose phone this is. */
  own: boolean
}

export interface DiaryDay {
  /** A day in China, `YYYY-MM-DD`. */
  day: string
  /** Newest first. */
  entries: DiaryEntry[]
}

export type Whose = 'mine' | 'whole'

/** What to look for in the diary: `words` in any of what an entry shows, on days before `before`; `kinds` says what a kind of visit is called there. */
export interface DiaryAsk {
  whose: Whose
  words: string
  kinds: Partial<Record<VisitKind, string>>
  before: string | null
}

export interface DiaryPart {
  /** Newest first; days with nothing of what was asked for are left out. */
  days: DiaryDay[]
  /** The last day looked at, from which to go on; null where there is nothing earlier. */
  next: string | null
}

/** A part ends with the day that brings so many entries, or after so many days with visits, whatever was found. */
const ENOUGH = 20
const DAYS = 31

/** The diary from the newest day before `before`; each part says from where the next one goes on. */
export async function diary({ whose, words, kinds, before }: DiaryAsk): Promise<DiaryPart> {
  const at = await here()
  const over = await overlay(at)
  const days = await daysBefore(at, over, before)
  const wanted = wantedBy(words, kinds)
  const isTheirs = isOf(whose)
  const fits = (entry: DiaryEntry) => isTheirs(entry) && wanted(entry)
  const found: DiaryDay[] = []
  let looked = 0
  // Ever more at once: nearly always the first days are enough, and a rare word is far away
  for (let some = 1; looked < Math.min(days.length, DAYS) && !isEnough(found); some *= 2) {
    const asked = days.slice(looked, Math.min(looked + some, DAYS))
    found.push(...byDay(asked, (await entriesOn(at, over, asked)).filter(fits)))
    looked += asked.length
  }
  return { days: found, next: looked < days.length ? (days[looked - 1] ?? null) : null }
}

/** All of one day, whatever is looked for; newest first. */
export async function diaryOn(day: string, whose: Whose): Promise<DiaryEntry[]> {
  const at = await here()
  const entries = await entriesOn(at, await overlay(at), [day])
  return entries.filter(isOf(whose)).sort(newestVisitFirst)
}

/** One visit; null where this phone does not hold it. */
export async function visitById(id: string): Promise<DiaryEntry | null> {
  const at = await here()
  const over = await overlay(at)
  const found = await shownOne(at.db, over, 'visit', id)
  const [entry] = found ? await inWords(at, over, [found]) : []
  return entry ?? null
}

const isEnough = (found: readonly DiaryDay[]): boolean => found.reduce((sum, { entries }) => sum + entries.length, 0) >= ENOUGH

const isOf = (whose: Whose) => ({ own }: DiaryEntry): boolean => whose === 'whole' || own

const dayOfVisit = ({ occurred_at }: Visit): string => dayOf(occurred_at)

/** The newest days with visits, one more than a part looks at. */
async function daysBefore({ db }: Here, over: Overlay, before: string | null): Promise<string[]> {
  const tags = await db.base('visit').lastTags(dayTag(), DAYS + 1, before === null ? undefined : dayTag(before))
  const own = over.all('visit').map(({ value }) => dayOfVisit(value)).filter((day) => before === null || day < before)
  const days = new Set([...tags.map((tag) => tag.slice(dayTag().length)), ...own])
  return [...days].sort().reverse().slice(0, DAYS + 1)
}

/** The visits of these days as the screen shows them. */
async function entriesOn(at: Here, over: Overlay, days: readonly string[]): Promise<DiaryEntry[]> {
  const { db } = at
  return db.reading(async () => {
    const rows = (await Promise.all(days.map((day) => db.base('visit').tagged(dayTag(day))))).flat()
    const isAsked = (visit: Visit) => days.includes(dayOfVisit(visit))
    const visits = (await shown(db, over, 'visit', rows, isAsked)).filter(({ value }) => isAsked(value))
    return inWords(at, over, visits)
  })
}

async function inWords(at: Here, over: Overlay, visits: Shown<Visit>[]): Promise<DiaryEntry[]> {
  const { db, me } = at
  const values = visits.map(({ value }) => value)
  const labelOf = await placeLabels(at, over, values)
  const people = new Map((await db.base('resident').some(values.flatMap(({ met }) => met))).map(({ id, value }) => [id, value]))
  const nameOf = (id: string) => (over.get('resident', id) ?? { value: people.get(id) }).value?.name ?? []
  return visits.map((visit) => ({
    ...visit,
    place_label: labelOf(visit.value),
    met_names: visit.value.met.flatMap(nameOf),
    own: visit.value.visitor_id === me.person.id,
  }))
}

/** Whether every word asked for is somewhere in what an entry shows. */
function wantedBy(words: string, kinds: DiaryAsk['kinds']): (entry: DiaryEntry) => boolean {
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean)
  return ({ value, place_label, met_names }) => {
    const said = [kinds[value.kind] ?? '', value.summary, value.visitor_name, place_label, ...met_names, ...value.needs].join('\n').toLowerCase()
    return asked.every((word) => said.includes(word))
  }
}

function byDay(days: readonly string[], entries: readonly DiaryEntry[]): DiaryDay[] {
  const newestFirst = [...entries].sort(newestVisitFirst)
  return days
    .map((day) => ({ day, entries: newestFirst.filter(({ value }) => dayOfVisit(value) === day) }))
    .filter((found) => found.entries.length > 0)
}
