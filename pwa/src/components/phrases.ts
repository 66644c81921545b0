/** Put a phrase behind what is already written, as one more sentence. */
export function withPhrase(text: string, phrase: string): string {
  const written = text.trimEnd()
  if (!written) return phrase
  return /[，。；！？,.;!?]$/.test(written) ? written + phrase : `${written}；${phrase}`
}
