/** How names sound: workers type the initials of a name quicker than its characters. */

/** The sounds that one character may have, in small letters and without tones; a letter or figure sounds as itself. */
export type Sounds = readonly string[]

/** The sounds of words, character by character; none where the library could not be loaded. */
export type Spelling = (words: string) => Sounds[]

/** Words in small letters, as they are compared, and how they sound. */
export interface Heard {
  lower: string
  sounds: Sounds[]
}

export function heardAs(words: string, spell: Spelling): Heard {
  const lower = words.toLowerCase()
  return { lower, sounds: spell(lower) }
}

/** Whether words have in them what is asked for in small letters: as it is written, or as it sounds. */
export function hears(asked: string): (words: Heard) => boolean {
  const isSpelt = /^[a-z]+$/.test(asked)
  return ({ lower, sounds }) => lower.includes(asked) || (isSpelt && spells(sounds, asked))
}

let loading: Promise<Spelling> | null = null

/** Loaded apart, for only searching needs it: it holds the sounds of some twenty thousand characters. */
export function spelling(): Promise<Spelling> {
  loading ??= load().catch(() => {
    loading = null
    return () => []
  })
  return loading
}

/**
 * Each character is asked for once, with all of its sounds: the names of a community share some hundred characters, and
 * 单 is found as Shan, which it is as a surname, and as dan, which whoever types it may know it by.
 */
async function load(): Promise<Spelling> {
  const { polyphonic } = await import('pinyin-pro')
  const known = new Map<string, Sounds>()
  const soundsOf = (character: string): Sounds => {
    const sounds = known.get(character) ?? polyphonic(character, { type: 'array', toneType: 'none', v: true }).flat()
    known.set(character, sounds)
    return sounds
  }
  return (words) => Array.from(words.toLowerCase(), soundsOf)
}

/** Whether `asked` spells these characters from any of them on, each by its beginning or whole: zs, zhsan, zhangs, san. */
const spells = (characters: readonly Sounds[], asked: string): boolean => characters.some((_sounds, first) => spellsFrom(characters, first, asked))

function spellsFrom(characters: readonly Sounds[], at: number, asked: string): boolean {
  if (!asked) return true
  for (const sound of characters[at] ?? []) {
    for (let length = sharedLength(sound, asked); length > 0; length--) {
      if (spellsFrom(characters, at + 1, asked.slice(length))) return true
    }
  }
  return false
}

function sharedLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
