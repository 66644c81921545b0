import { useRoute } from 'vue-router'
import { dismissRefusal, reword, written, type Written } from '@/data'

/** A form that was opened to write something of the outbox once more; opened by itself, it is as any other. */
export function useAgain() {
  const asked = Number(useRoute().query.again)
  const seq = Number.isInteger(asked) && asked > 0 ? asked : null

  return {
    /** Whether it was. */
    asked: seq !== null,

    /** Such words are a draft of their own: another one of the same form may be half-written. */
    key: (own: string): string => (seq ? `${own}:again:${seq}` : own),

    /** The form as it was then; null where it was not opened so, or nothing is there any more. */
    begin: <Args, T>(formOf: (words: Written<Args>) => T | Promise<T>) => async (): Promise<T | null> => {
      const found = seq ? await written<Args>(seq) : null
      return found && formOf(found)
    },

    /** Put what waits in these words; null where that is not what was asked, or it was refused: then save them anew. */
    reword: async (words: object, draftKey: string): Promise<string | null> => (seq ? reword(seq, words, draftKey) : null),

    /** What was refused is put away, now that its words are saved anew. */
    saved: async (): Promise<void> => (seq ? dismissRefusal(seq) : undefined),
  }
}
