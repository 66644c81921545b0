import words from '@rules/notice_words.json'

/** By what name the words for a notice go; a newer server may send kinds this version does not know. */
export const kindOf = ({ kind }: { kind: string }): string => (kind in words.zh.kinds ? kind : 'other')

/** What a notice says in the phone's language: the words of the lock screen. */
export function saidOf({ kind }: { kind: string }, language: string): string {
  const { kinds, other }: { kinds: Record<string, string>; other: string } = language === 'en' ? words.en : words.zh
  const said = kinds[kind] ?? other
  return said.charAt(0).toUpperCase() + said.slice(1)
}
