import type { DutyItem } from '@/data'
import { useWords } from './words'

type Limit = Pick<DutyItem, 'settle_hours' | 'settle_working_days'>

/** What the duty list says of an item, in words. */
export function useDutyWords() {
  const { t, list } = useWords()

  /** Within how long to settle; empty where nothing says so. */
  const limit = ({ settle_hours, settle_working_days }: Limit): string => {
    if (settle_hours !== null) return t('duty_list.hours', { n: settle_hours })
    return settle_working_days === null ? '' : t('duty_list.working_days', { n: settle_working_days })
  }

  return {
    t,
    list,
    limit,
    /** Its class, who leads, and its limit, in one line. */
    summary: (item: DutyItem): string => [item.class_name, item.lead_department, limit(item)].filter((part) => part && part !== item.item).join(' · '),
  }
}
