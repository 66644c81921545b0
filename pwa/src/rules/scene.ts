/** What a mutation is judged in on the phone; `sync/scene.py` is the server's. */
import type { RecordType, Records } from '../api/records'
import { isMember, type Post } from './levels'

/** The person whose phone this is. */
export interface Author {
  id: string
  name: string
  posts: readonly Post[]
}

/** A record as it stands before the mutation; undefined for what this phone does not hold. */
export type Look = <T extends RecordType>(type: T, id: string) => Records[T] | undefined

/** One mutation's moment. `at` is the tap, UTC. */
export interface Scene {
  author: Author
  at: string
  look: Look
  /** Of an edit: the fields it changes as its author saw them. */
  seen?: Readonly<Record<string, unknown>>
}

/** The post they hold at this unit as a member of its team. */
export function postAt(author: Author, unitId: string): Post | undefined {
  return author.posts.find((post) => post.unit_id === unitId && isMember(post))
}
