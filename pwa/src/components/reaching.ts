/** By which way somebody was told, and why that failed, in words. */
import { useI18n } from 'vue-i18n'

const WAYS = ['list', 'push', 'wecom', 'dingtalk', 'feishu', 'gateway', 'mail', 'removed_channel']

/** What an answer begins with (app/channels), and the words for it. */
const REASONS: [RegExp, string][] = [
  [/^refused: /, 'refused'],
  [/^(401|403)\b/, 'forbidden'],
  [/^(404|410)\b/, 'gone'],
  [/^429\b/, 'too_often'],
  [/^5\d\d\b/, 'their_fault'],
  [/^no longer subscribed/, 'unsubscribed'],
  [/^(locked|no such channel|endpoint not acceptable)/, 'set_up_anew'],
  [/^(no answer|service out of reach)|(Error|Timeout)$/, 'no_answer'],
]

/** By what name the words for a failure go; with what they say in their own terms. */
export function reasonOf(answer: string): { name: string; code: string } {
  const name = REASONS.find(([pattern]) => pattern.test(answer))?.[1] ?? 'other'
  return { name, code: answer.replace(/^refused: /, '') }
}

export function useReachingWords() {
  const { t } = useI18n()

  return {
    t,
    way: (kind: string): string => t(`reached.way.${WAYS.includes(kind) ? kind : 'other'}`),
    why: (answer: string): string => {
      const { name, code } = reasonOf(answer)
      return t(`reached.why.${name}`, { code })
    },
  }
}
