import { narrow, takes, type Action, type Case, type ActionWords, type Answer, type Callee, type Written } from '@/data'
import { wordsNeeded } from '../../rules/case_flow'
import { unfitTime } from '../../rules/transitions'
import type { IconName } from '../../components/icons'
import { dateOf } from '../../components/times'

/** Actions that need nothing said: one tap. */
const ONE_TAP = ['accept', 'grant'] as const

/** Actions that ask for something before they are done. */
export type AskedAction = Exclude<Action, (typeof ONE_TAP)[number]>

export const isOneTap = (action: Action): action is (typeof ONE_TAP)[number] => (ONE_TAP as readonly Action[]).includes(action)

/** In the order of a case's life; what settles it comes before what passes it on. */
export const mainActions: Action[] = ['accept', 'resolve', 'rate', 'grant', 'deny', 'whistle', 'escalate', 'return', 'reopen', 'note']

/** Done less often, and shown when asked for. */
export const moreActions: Action[] = ['assign', 'extend', 'council', 'merge', 'withdraw']

export const actionIcons: Record<Action, IconName> = {
  accept: 'check',
  assign: 'me',
  whistle: 'whistle',
  respond: 'check',
  resolve: 'received',
  escalate: 'up',
  return: 'down',
  extend: 'clock',
  grant: 'check',
  deny: 'refused',
  council: 'branch',
  rate: 'knock',
  reopen: 'next',
  merge: 'share',
  withdraw: 'close',
  note: 'note',
}

export const councilStages = ['propose', 'deliberate', 'handle', 'evaluate'] as const

type YesNo = '' | 'yes' | 'no'

/** What is written for any action; each uses its own part (`takes`). */
export interface ActForm {
  words: string
  photos: string[]
  assignee_id: string
  /** `YYYY-MM-DD` */
  until: string
  stage: (typeof councilStages)[number]
  present: string
  in_favour: string
  against: string
  abstained: string
  solved: YesNo
  content: YesNo | 'unsaid'
  how: 'call' | 'visit'
  into_id: string
  /** Whom a whistle calls, each as `unit_id:…`, `department:…` or `person_id:…`. */
  to: string[]
  answer: Answer
}

export const blankAct = (): ActForm => ({
  words: '', photos: [], assignee_id: '', until: '', stage: 'propose', present: '', in_favour: '', against: '', abstained: '',
  solved: '', content: 'unsaid', how: 'call', into_id: '', to: [], answer: 'done',
})

/** How much the server takes, less room for a ready-made phrase at the end. */
export const mostWords = (action: Action): number => (takes(action).includes('reason') ? 1900 : 4000)

/** What must still be said before the action on a case can be done, or otherwise, as a key of the catalogue; empty if nothing. */
export function missingInAct(action: Action, form: ActForm, { settle_by }: Pick<Case, 'settle_by'>, now: number): string {
  const left: [keyof ActionWords, boolean][] = [
    ['assignee_id', !form.assignee_id],
    ['into_id', !form.into_id],
    ['until', !form.until],
    ['to', form.to.length === 0],
    ['solved', !form.solved],
  ]
  const fact = left.find(([name, empty]) => empty && takes(action).includes(name))
  if (fact) return `case.need.${fact[0]}`
  const { until } = wordsOf(form)
  const unfit = until && takes(action).includes('until') && unfitTime(until, settle_by, now)
  if (unfit) return `verdict.${unfit}`
  if (takes(action).includes('stage') && headsIn(form).some((text) => text.trim() && heads(text) === null)) return 'case.need_heads'
  return wordsNeeded(action) && !form.words.trim() ? 'case.need_words' : ''
}

/** Whoever counts more has mistyped; the server takes no more either. */
const MOST_HEADS = 100_000

/** What was typed as a number of people; null for nothing, and for anything else. */
function heads(text: string): number | null {
  const typed = narrow(text.trim())
  return /^\d+$/.test(typed) && Number(typed) <= MOST_HEADS ? Number(typed) : null
}

/** What was counted: who was there, then the votes. What was typed under one stage is hidden under another. */
const headsIn = ({ stage, present, in_favour, against, abstained }: ActForm): string[] =>
  (stage === 'deliberate' ? [present, in_favour, against, abstained] : [])

const toldBy = { yes: true, no: false, unsaid: null, '': null } as const

/** The form as the action's words and facts; an extension runs to the end of its day. */
export function wordsOf(form: ActForm): ActionWords {
  const words = form.words.trim()
  const [present = null, ...votes] = headsIn(form).map(heads)
  const [in_favour, against, abstained] = votes.map((count) => count ?? 0) as [number, number, number]
  return {
    text: words,
    reason: words,
    photos: form.photos,
    assignee_id: form.assignee_id,
    until: form.until && new Date(`${form.until}T23:59:00`).toISOString(),
    stage: form.stage,
    present,
    votes: votes.some((count) => count !== null) ? { in_favour, against, abstained } : null,
    solved: toldBy[form.solved],
    content: toldBy[form.content],
    how: form.how,
    into_id: form.into_id,
    to: form.to.map(calleeOf),
    answer: form.answer,
  }
}

/** A choice of the form as it travels; a name may have a colon in it. */
function calleeOf(choice: string): Callee {
  const at = choice.indexOf(':')
  return { unit_id: null, department: null, person_id: null, [choice.slice(0, at)]: choice.slice(at + 1) }
}

const choiceOf = (callee: Callee): string[] =>
  (['unit_id', 'department', 'person_id'] as const).flatMap((name) => (callee[name] ? [`${name}:${callee[name]}`] : []))

const yesNo = (said: boolean | null | undefined): YesNo => (said === true ? 'yes' : said === false ? 'no' : '')
const counted = (count: number | null | undefined): string => (count ?? '').toString()

/** What was said, to be said once more. */
export function actAgain({ args }: Written<ActionWords>): ActForm {
  const { votes } = args
  return {
    words: args.text || args.reason || '',
    photos: args.photos ?? [],
    assignee_id: args.assignee_id ?? '',
    until: args.until ? dateOf(new Date(args.until)) : '',
    stage: args.stage ?? 'propose',
    present: counted(args.present),
    in_favour: counted(votes?.in_favour),
    against: counted(votes?.against),
    abstained: counted(votes?.abstained),
    solved: yesNo(args.solved),
    content: yesNo(args.content) || 'unsaid',
    how: args.how === 'visit' ? 'visit' : 'call',
    into_id: args.into_id ?? '',
    to: (args.to ?? []).flatMap(choiceOf),
    answer: args.answer ?? 'done',
  }
}
