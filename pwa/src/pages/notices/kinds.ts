/** The kinds of notices that have words of their own. */
const KNOWN = ['case_arrived', 'case_moved']

/** By what name the words for a notice go; a newer server may send kinds this version does not know. */
export const kindOf = ({ kind }: { kind: string }): string => (KNOWN.includes(kind) ? kind : 'other')
