/** What a notification says: never a name, a word of the case, or an address (docs/cases.md, Notices). */

import words from '@rules/notice_words.json'
import { pathOf } from '../rules/notices'

export interface Payload {
  kind: string
  case_id: string
  urgency: 'normal' | 'urgent'
  /** Of a flood, which names no case; nor do kinds that are about none. */
  count?: number
}

export interface Notice {
  title: string
  body: string
  tag: string
  urgent: boolean
  path: string
}

interface Words {
  urgent: string
  open: string
  kinds: Record<string, string>
  other: string
  many: Record<string, string> & { other: string }
}

/** A newer flood takes the place of an older one. */
const FLOOD_TAG = 'flood'

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The notification for a payload, in the phone's language (Chinese unless `en`). */
export function noticeOf({ kind, case_id, urgency, count }: Payload, language: string): Notice {
  const { urgent: mark, open, kinds, other, many }: Words = language.startsWith('en') ? words.en : words.zh
  const urgent = urgency === 'urgent'
  const news = count === undefined ? (kinds[kind] ?? other) : (many[kind] ?? many.other).replace('{count}', String(count))
  return {
    title: capital((urgent ? mark : '') + news),
    body: open,
    tag: case_id || (count === undefined ? kind : FLOOD_TAG),
    urgent,
    path: count === undefined ? pathOf({ kind, case_id }) : '/notices',
  }
}
