import { describe, expect, test } from 'vitest'
import { noticeOf } from '../src/worker/words'

describe('a notice on the lock screen', () => {
  test('says in the phone’s language that a case arrived, and leads to it', () => {
    const arrived = { kind: 'case_arrived', case_id: 'c1', urgency: 'normal' as const }
    expect(noticeOf(arrived, 'zh-CN')).toEqual({ title: '有新事项转到你们单元', body: '点开查看', tag: 'c1', urgent: false, path: '/cases/c1' })
    expect(noticeOf(arrived, 'en')).toMatchObject({ title: 'A new case has reached your unit', body: 'Tap to open' })
  })

  test('tells deadlines apart', () => {
    const title = (kind: string, language: string) => noticeOf({ kind, case_id: 'c1', urgency: 'normal' }, language).title
    expect(['case_due', 'case_due_soon', 'case_overdue'].map((kind) => title(kind, 'zh-CN'))).toEqual([
      '有事项办理时限已过半', '有事项快到办结时限了', '有事项超时还没办结',
    ])
    expect(title('case_overdue', 'en')).toBe('A case is overdue')
  })

  test('marks what is urgent', () => {
    const moved = { kind: 'case_moved', case_id: 'c1', urgency: 'urgent' as const }
    expect(noticeOf(moved, 'zh-CN')).toMatchObject({ title: '【紧急】你上报的事项有新进展', urgent: true })
    expect(noticeOf(moved, 'en-GB').title).toBe('Urgent: a case you opened has moved')
  })

  test('says something of a kind this version does not know', () => {
    expect(noticeOf({ kind: 'case_weighed', case_id: 'c1', urgency: 'normal' }, 'zh').title).toBe('事项有新消息')
  })

  test('carries nothing of the payload but the way to the case', () => {
    const chatty = { kind: 'case_arrived', case_id: 'c1', urgency: 'normal' as const, name: '王秀英', words: '漏水' }
    expect(JSON.stringify(noticeOf(chatty, 'zh'))).not.toMatch(/王秀英|漏水/)
  })
})
