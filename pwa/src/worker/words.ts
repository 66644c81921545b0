/** What a notification says: never a name, a word of the case, or an address (docs/cases.md, Notices). */

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

const zh: Words = {
  urgent: '【紧急】',
  open: '点开查看',
  kinds: {
    case_arrived: '有新事项转到你们单元',
    case_moved: '你上报的事项有新进展',
    case_assigned: '有一件事项指派给你',
    case_time_asked: '下级有一件事项申请延期',
    case_time_answered: '你们申请的延期有了答复',
    case_due: '有事项办理时限已过半',
    case_due_soon: '有事项快到办结时限了',
    case_overdue: '有事项超时还没办结',
    case_called: '有人吹哨，请您去帮忙',
    case_answered: '您吹哨叫的人有了回应',
  },
  other: '事项有新消息',
}

const en: Words = {
  urgent: 'Urgent: ',
  open: 'Tap to open',
  kinds: {
    case_arrived: 'a new case has reached your unit',
    case_moved: 'a case you opened has moved',
    case_assigned: 'a case has been assigned to you',
    case_time_asked: 'a unit below asks for more time for a case',
    case_time_answered: 'your request for more time was answered',
    case_due: 'half the time to settle a case has passed',
    case_due_soon: 'a case is soon to be settled',
    case_overdue: 'a case is overdue',
    case_called: 'somebody whistles for your help',
    case_answered: 'somebody you called has answered',
  },
  other: 'there is news of a case',
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The notification for a payload, in the phone's language (Chinese unless `en`). */
export function noticeOf({ kind, case_id, urgency }: Payload, language: string): Notice {
  const words = language.startsWith('en') ? en : zh
  const urgent = urgency === 'urgent'
  return {
    title: capital((urgent ? words.urgent : '') + (words.kinds[kind] ?? words.other)),
    body: words.open,
    tag: case_id,
    urgent,
    path: `/cases/${case_id}`,
  }
}
