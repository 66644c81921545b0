/** Put a phrase behind what is already written, as one more sentence; `join` parts two that have no end. */
export function withPhrase(text: string, phrase: string, join: string): string {
  const written = text.trimEnd()
  if (!written) return phrase
  if (/[，。；！？]$/.test(written)) return written + phrase
  return written + (/[,.;!?]$/.test(written) ? ' ' : join) + phrase
}

/** The phrases of a text with one on each line, each once. */
export const phrasesIn = (text: string): string[] => [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))]
