/** What is made of everything listed (`listed.ts`), which takes a while: at leisure before anybody needs it, and at once for who does. */
import type { PersonDatabase } from './db'
import { keeping } from './kept'
import { leisure, type Leisure } from './leisure'
import { listedMark, listedSince, type ChangedIds } from './listed'

export type Turn = Leisure['turn']

export interface Make<T> {
  /** Of all of it; each piece of work waits for its turn. */
  all: (db: PersonDatabase, turn: Turn) => Promise<T>
  /** From what was last made, where it is known what changed since: some records of the day. */
  changed: (db: PersonDatabase, last: T, ids: ChangedIds) => Promise<T>
}

export interface Readied<T> {
  /**
   * It as base is now. What another began to make is waited for, so it is the last that a live query reads: after the
   * await of a promise from elsewhere Dexie would follow nothing.
   */
  now: (db: PersonDatabase) => Promise<T>
  /** Make it ready before anybody needs it, but not before what is being made: while thousands come, most is out of date by then. */
  ready: (db: PersonDatabase) => Promise<void>
}

/** One that is being made, of this state of base. */
interface Making<T> {
  of: string
  whole: Promise<T>
  leisure: Leisure
}

/** Kept in memory until something listed changes. */
export function readied<T>({ all, changed }: Make<T>): Readied<T> {
  const kept = keeping<T>()
  let making: Making<T> | null = null

  async function made(db: PersonDatabase, of: string, turn: Turn): Promise<T> {
    return kept(of, async (last) => {
      await turn()
      const ids = last && await listedSince(db, last.of, of)
      return ids ? changed(db, last.value, ids) : all(db, turn)
    })
  }

  function begun(db: PersonDatabase, of: string): Making<T> {
    if (making?.of === of) return making
    const pieces = leisure()
    const mine = { of, whole: made(db, of, pieces.turn), leisure: pieces }
    const ended = () => { if (making === mine) making = null }
    mine.whole.then(ended, ended)
    making = mine
    return mine
  }

  return {
    async now(db) {
      const { whole, leisure } = begun(db, await listedMark(db))
      leisure.end()
      return whole
    },
    async ready(db) {
      while (making) await making.whole.catch(() => undefined)
      await begun(db, await listedMark(db)).whole
    },
  }
}
