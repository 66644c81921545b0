/** The kinds of notices that have words of their own. */
const KNOWN = [
  'case_arrived', 'case_moved', 'case_assigned', 'case_time_asked', 'case_time_answered', 'case_due', 'case_due_soon', 'case_overdue',
  'case_called', 'case_answered',
]

/** By what name the words for a notice go; a newer server may send kinds this version does not know. */
export const kindOf = ({ kind }: { kind: string }): string => (KNOWN.includes(kind) ? kind : 'other')
