import { onMounted, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAttempt } from '../../components/attempt'
import { noContactWords } from '../../components/no_contact'
import { disablePush, enablePush, pushState } from '@/sync'

export type Push = 'on' | 'off' | 'denied' | 'unsupported' | 'unreachable'

/** Notifications on this phone: whether they come, and the switch for it. */
export function usePush() {
  const { t } = useI18n()
  const push = ref<Push>('off')
  const { busy, problem, attempt } = useAttempt(() => t(noContactWords()))

  async function change(on: boolean): Promise<void> {
    if (on) push.value = await enablePush()
    else await disablePush().then(() => (push.value = 'off'))
  }

  const turn = (on: boolean): Promise<void> => attempt(() => change(on))

  onMounted(async () => (push.value = await pushState()))
  return { push, busy, problem, turn }
}
