import { useI18n } from 'vue-i18n'
import type { ReachedAttempt } from '@/sync'

/** Codes and lists put into words a worker uses. A code nobody has words for yet is shown, not hidden. */
export function useWords() {
  const { t, te, fallbackLocale } = useI18n()
  const known = (key: string): boolean => te(key) || te(key, String(fallbackLocale.value))

  const coded = (group: string, code: string, said = code): string =>
    t(`${group}.${known(`${group}.${code}`) ? code : 'other'}`, { code: said })
  const named = (group: string, name: string): string => (known(`${group}.${name}`) ? t(`${group}.${name}`) : name)

  return {
    t,
    named,
    /** Why the server did not do a thing, by verdict code. */
    verdict: (code: string) => coded('verdict', code),
    /** Why a photo was not taken. */
    photoProblem: (code: string) => coded('outbox.photo_refused', code),
    /** Of a waiting change that can't be read: the type of its record. */
    unread: (type: string) => coded('outbox.unread', type),
    /** Why nothing can be sent at present. */
    syncProblem: (code: string) => coded('sync.problem', code),
    /** By which way somebody was told. */
    way: (kind: string) => coded('reached.way', kind),
    /** Why that failed, else in the words of whoever failed. */
    unreached: ({ reason, answer }: Pick<ReachedAttempt, 'reason' | 'answer'>) => coded('reached.why', reason ?? 'other', answer ?? ''),
    role: (name: string) => named('role', name),
    action: (name: string) => named('case.action', name),
    /** A waiting change in words: `visit.record` about `title`. */
    mutation: (name: string, title: string) => {
      const key = `outbox.names.${name.replace('.', '_')}`
      return t(known(key) ? key : 'outbox.names.other', { title })
    },
    /** Ready-made phrases: one message, its parts apart by slashes. */
    phrases: (key: string): string[] => t(key).split(' / '),
    list: (parts: string[]): string => parts.join(t('word.list_join')),
  }
}
