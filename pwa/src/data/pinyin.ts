/** How names sound: workers type the initials of a name quicker than its characters. */

/** The syllables of a name, or of `words`, without tones, a letter or figure by itself; none where the library could not be loaded. */
export type Spelling = (name: string, kind?: 'name' | 'words') => string[]

let loading: Promise<Spelling> | null = null

/** Loaded apart, for only searching needs it: it holds the sounds of some twenty thousand characters. */
export function spelling(): Promise<Spelling> {
  loading ??= load().catch(() => {
    loading = null
    return () => []
  })
  return loading
}

/** Surnames have sounds of their own: 单 is Shan in a name, and dan in 单元. */
async function load(): Promise<Spelling> {
  const { pinyin } = await import('pinyin-pro')
  return (name, kind = 'name') => pinyin(name, { type: 'array', toneType: 'none', mode: kind === 'name' ? 'surname' : 'normal', v: true }).map((syllable) => syllable.toLowerCase())
}

/** Whether `asked` spells these syllables from any of them on, each by its beginning or whole: zs, zhsan, zhangs, san. */
export const spells = (syllables: readonly string[], asked: string): boolean => syllables.some((syllable, first) => syllable[0] === asked[0] && spellsFrom(syllables, first, asked))

function spellsFrom(syllables: readonly string[], at: number, asked: string): boolean {
  if (!asked) return true
  const syllable = syllables[at]
  if (!syllable) return false
  for (let length = sharedLength(syllable, asked); length > 0; length--) {
    if (spellsFrom(syllables, at + 1, asked.slice(length))) return true
  }
  return false
}

function sharedLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
