import { onMounted, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { disablePush, enablePush, pushState } from '@/sync'

export type Push = 'on' | 'off' | 'denied' | 'unsupported'

/** Notifications on this phone: whether they come, and the switch for it. */
export function usePush() {
  const { t } = useI18n()
  const push = ref<Push>('off')
  const busy = ref(false)
  const problem = ref('')

  async function change(on: boolean): Promise<void> {
    if (on) push.value = await enablePush()
    else await disablePush().then(() => (push.value = 'off'))
  }

  async function turn(on: boolean): Promise<void> {
    busy.value = true
    problem.value = ''
    await change(on).catch(() => (problem.value = t(navigator.onLine ? 'errors.server' : 'errors.offline')))
    busy.value = false
  }

  onMounted(async () => (push.value = await pushState()))
  return { push, busy, problem, turn }
}
