import words from '@rules/notice_words.json'

/** By what name the words for a notice go; a newer server may send kinds this version does not know. */
export const kindOf = ({ kind }: { kind: string }): string => (kind in words.zh.kinds ? kind : 'other')
