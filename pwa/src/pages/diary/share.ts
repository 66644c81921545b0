const GAP = '[\\s\\-－—–·.]{0,2}'
const DIGIT = '\\p{Nd}'

/** Mobile numbers as people write them, and whatever has as many digits on end as a telephone number. */
const NUMBER = new RegExp(
  [
    `[1１][3-9３-９]${DIGIT}${GAP}${DIGIT}{4}${GAP}${DIGIT}{4}`,
    `[1１][3-9３-９]${DIGIT}{2}${GAP}${DIGIT}{3}${GAP}${DIGIT}{4}`,
    `(?:[0０]${DIGIT}{2,3}${GAP})?${DIGIT}{7,}`,
  ].join('|'),
  'gu',
)

/** The text with `instead` for every telephone number: a resident's number does not leave the app in a chat. */
export const withoutNumbers = (text: string, instead: string): string => text.replace(NUMBER, instead)

export type Given = 'shared' | 'copied' | 'closed'

/** Give a text to the share sheet, or to the clipboard where there is none. */
export async function giveText(text: string): Promise<Given> {
  if (!navigator.share) return navigator.clipboard.writeText(text).then(() => 'copied')
  return navigator.share({ text }).then(() => 'shared', (fault: unknown) => {
    // The worker closed the sheet
    if ((fault as Error).name === 'AbortError') return 'closed'
    throw fault
  })
}
