import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { draft, dropDraft, isDiskFull, saveDraft } from '@/data'

const trouble = (error: unknown) => (isDiskFull(error) ? 'errors.draft_full' : 'errors.draft_lost')

/** Writes `read()` whenever told to, one write at a time and always ending with the newest text. */
function keeper(key: string, read: () => object, said: (error: unknown) => void) {
  let changed = false
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    while (changed) {
      changed = false
      await saveDraft(key, JSON.parse(JSON.stringify(read()))).then(() => said(null), said)
    }
    writing = undefined
  }

  function keep(): void {
    changed = true
    writing ??= write()
  }

  return { keep, kept: async () => writing }
}

/**
 * A form that survives: every change is kept on the phone under `key` and found again next time. It begins as
 * `blank`, or as what `begin` finds to begin with.
 */
export function useDraft<T extends object>(key: string, blank: () => T, begin: () => Promise<Partial<T> | null> = async () => null) {
  const { t } = useI18n()
  const start = async (): Promise<T> => ({ ...blank(), ...(await begin().catch(() => null)) })
  const form = ref(blank()) as Ref<T>
  const ready = ref(false)
  const restored = ref(false)
  const problem = ref('')
  const { keep, kept } = keeper(key, () => form.value, (error) => (problem.value = error ? t(trouble(error)) : ''))
  let stop: () => void = () => undefined

  function follow(): void {
    stop()
    stop = watch(form, keep, { deep: true, flush: 'sync' })
  }

  async function open(): Promise<void> {
    const found = await draft<T>(key).catch(() => null)
    form.value = found ? { ...blank(), ...found } : await start()
    restored.value = found !== null
    follow()
    ready.value = true
  }

  /** Stop keeping; to be called before the save that drops the draft in the same transaction. */
  async function settle(): Promise<void> {
    stop()
    await kept()
  }

  async function startOver(): Promise<void> {
    await settle()
    await dropDraft(key)
    form.value = await start()
    restored.value = false
    follow()
  }

  onScopeDispose(() => stop())
  void open()
  return { key, form, ready, restored, problem, settle, resume: follow, startOver }
}
