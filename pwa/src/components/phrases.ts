/** Put a phrase behind what is already written, as one more sentence. */
export function withPhrase(text: string, phrase: string): string {
  const written = text.trimEnd()
  if (!written) return phrase
  return /[，。；！？,.;!?]$/.test(written) ? written + phrase : `${written}；${phrase}`
}

/** The phrases of a text with one on each line, each once. */
export const phrasesIn = (text: string): string[] => [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))]
