import { computed, type ComputedRef } from 'vue'
import { account } from '@/data'
import { seesHomes } from '../rules/levels'

/**
 * Whether somebody knocks at doors; undefined until it is known who they are. Who does not records no visits and opens
 * no cases: what they wrote could only be refused, for nobody's door is in their scope.
 */
export function useKnocking(): ComputedRef<boolean | undefined> {
  const who = account()
  return computed(() => who.value?.scope.some(seesHomes))
}
