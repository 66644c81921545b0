/** The shapes of one round trip, `POST /api/v1/sync` (PROTOCOL.md), from the server's OpenAPI. */
import type { RecordType } from './records'
import type { components } from './schema'

type Schemas = components['schemas']

export const PROTOCOL = 1

export type VisitArgs = Required<Schemas['VisitRecordArgs']>

/** The first line of the timeline has the mutation's own id. */
export type OpenArgs = Required<Schemas['CaseOpenArgs']>

/** `id` is the case, `event_id` the timeline line the action makes. */
export type CaseArgs = Pick<Schemas['CaseReasonArgs'], 'id' | 'event_id'>

type WordsAndPhotos = Required<Schemas['CaseNoteArgs']>

export type AddDwellingArgs = Required<Schemas['DwellingAddArgs']>
export type AddResidentArgs = Required<Schemas['ResidentAddArgs']>
export type SettleArgs = Schemas['ConflictSettleArgs']
export type Keep = SettleArgs['keep']

/** Only what is named changes; a set or a text is sent whole. */
export interface EditArgs<Changes> {
  id: string
  changes: Changes
}

export type DwellingChanges = Schemas['DwellingChanges']
export type ResidentChanges = Schemas['ResidentChanges']
export type VisitChanges = Schemas['VisitChanges']

/** The arguments of every mutation this client makes. */
export interface Arguments {
  'visit.record': VisitArgs
  'visit.amend': EditArgs<VisitChanges>
  'dwelling.add': AddDwellingArgs
  'dwelling.edit': EditArgs<DwellingChanges>
  'resident.add': AddResidentArgs
  'resident.edit': EditArgs<ResidentChanges>
  'resident.remove': Required<Schemas['ResidentRemoveArgs']>
  'conflict.settle': SettleArgs
  'case.open': OpenArgs
  'case.note': WordsAndPhotos
  'case.accept': Schemas['CaseAcceptArgs']
  'case.assign': Schemas['CaseAssignArgs']
  'case.escalate': Schemas['CaseReasonArgs']
  'case.return': Schemas['CaseReasonArgs']
  'case.extend': Schemas['CaseExtendArgs']
  'case.grant': Schemas['CaseGrantArgs']
  'case.deny': Schemas['CaseDenyArgs']
  'case.council': Schemas['CaseCouncilArgs']
  'case.whistle': Schemas['CaseWhistleArgs']
  'case.respond': Schemas['CaseRespondArgs']
  'case.resolve': WordsAndPhotos
  'case.rate': Schemas['CaseRateArgs']
  'case.reopen': Schemas['CaseReasonArgs']
  'case.merge': Schemas['CaseMergeArgs']
  'case.withdraw': Schemas['CaseReasonArgs']
  'resident.unmask': Schemas['UnmaskArgs']
  'case.unmask': Schemas['UnmaskArgs']
  'outbox.lost': Schemas['OutboxLostArgs']
}

export type MutationName = keyof Arguments

/** An intention in the domain's words. `seq` counts a device's mutations from 1; `at` is the tap, UTC. */
interface MutationOf<N extends MutationName> extends Omit<Schemas['MutationEnvelope'], 'name' | 'args' | 'protocol'> {
  name: N
  args: Arguments[N]
}

export type Mutation = { [N in MutationName]: MutationOf<N> }[MutationName]

/** What a mutation wants, whoever sent it and when. */
export type Wanted = { [N in MutationName]: Pick<MutationOf<N>, 'name' | 'args'> }[MutationName]

/** What somebody wrote who was shut out since, and waits for a decision (P8). */
export type QuarantinedMutation = Omit<Schemas['QuarantinedMutation'], 'name' | 'args'> & Wanted
export type QuarantineAnswer = Omit<Schemas['QuarantineAnswer'], 'quarantined'> & { quarantined: QuarantinedMutation[] }
export type DecisionAnswer = Schemas['DecisionAnswer']

export type Verdict = Schemas['VerdictAnswer']
export type VerdictName = Verdict['verdict']

export interface Put {
  op: 'put'
  type: RecordType
  id: string
  version: number
  value: unknown
}

interface Del {
  op: 'del'
  type: RecordType
  id: string
  reason: string
}

export type PatchEntry = Put | Del

export type DeviceReport = Schemas['DeviceReport']

type Asked = Schemas['ExchangeRequest']

/** What later came into the contract may be left out. */
export type ExchangeRequest = Omit<Asked, 'mutations' | 'differs' | 'device'> & Partial<Pick<Asked, 'differs'>> & { mutations: Mutation[]; device?: DeviceReport | null }
export type ExchangeAnswer = Omit<Schemas['ExchangeAnswer'], 'patch'> & { patch: PatchEntry[] }
export type Check = Schemas['Check']
export type SessionAnswer = Schemas['SessionAnswer']
export type RescueReport = Schemas['RescueAnswer']
export type DutyAnswer = Schemas['DutyAnswer']
export type DutyShift = Schemas['DutyShift']
export type UnitDuty = Schemas['UnitDuty']
export type DutyItem = Schemas['DutyItem']
export type DutyItemsAnswer = Schemas['DutyItemsAnswer']
export type DeadlinesAnswer = Schemas['DeadlinesAnswer']
export type DeadlinePolicy = Schemas['DeadlinePolicy']
export type AskedPolicy = Schemas['AskedPolicy']
export type PolicySetting = Required<Schemas['PolicySetting']>
export type ConsentRequest = Schemas['ConsentRequest']
export type ChannelAnswer = Schemas['ChannelAnswer']
export type ChannelsAnswer = Schemas['ChannelsAnswer']
export type ChannelRequest = Schemas['ChannelRequest']
export type TriedAnswer = Schemas['TriedAnswer']
export type ReachedAnswer = Schemas['ReachedAnswer']
export type ReachedAttempt = Schemas['ReachedAttempt']
export type SwapRequest = Schemas['SwapRequest']
export type NoticeAnswer = Schemas['NoticeAnswer']
export type NoticesAnswer = Schemas['NoticesAnswer']
export type OwnDevice = Schemas['OwnDevice']
export type DevicesAnswer = Schemas['DevicesAnswer']
export type Refusal = Schemas['Problem']
