/** What a resident is found by: any part of the name, and the end of the phone number. */
import type { Resident } from '../api/records'

const NAME = 'n:'
const PHONE = 'p:'

const reversed = (digits: string): string => [...digits].reverse().join('')

/** Every tail of the name (so that a prefix search finds any part), and the phone number backwards. */
export function termsOf({ name, phone }: Resident): string[] {
  const letters = [...name.toLowerCase()]
  const tails = letters.map((_, at) => NAME + letters.slice(at).join(''))
  const digits = phone.replace(/\D/g, '')
  return digits ? [...tails, PHONE + reversed(digits)] : tails
}

/** The prefix under which `termsOf` keeps what this text asks for. */
export function termFor(text: string): string {
  const asked = text.trim().toLowerCase()
  return /^\d+$/.test(asked) ? PHONE + reversed(asked) : NAME + asked
}
