/** What a notification says: never a name, a word of the case, or an address (docs/cases.md, Notices). */

import words from '@rules/notice_words.json'

export interface Payload {
  kind: string
  case_id: string
  urgency: 'normal' | 'urgent'
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
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The notification for a payload, in the phone's language (Chinese unless `en`). */
export function noticeOf({ kind, case_id, urgency }: Payload, language: string): Notice {
  const { urgent: mark, open, kinds, other }: Words = language.startsWith('en') ? words.en : words.zh
  const urgent = urgency === 'urgent'
  return {
    title: capital((urgent ? mark : '') + (kinds[kind] ?? other)),
    body: open,
    tag: case_id,
    urgent,
    path: `/cases/${case_id}`,
  }
}
