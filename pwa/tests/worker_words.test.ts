import { describe, expect, test } from 'vitest'
import words from '@rules/notice_words.json'
import { kindOf, saidOf } from '../src/pages/notices/kinds'
import { noticeOf, type Payload } from '../src/worker/words'

const PERSONAL = { title: '燃气味', detail: '老人独居', place: '2号楼101', reporter: '王秀英', phone: '13800000000', actor_name: '李四' }

describe('a notice on the lock screen', () => {
  test('says in the phone’s language that a case arrived, and leads to it', () => {
    const arrived = { kind: 'case_arrived', case_id: 'c1', urgency: 'normal' as const }
    expect(noticeOf(arrived, 'zh-CN')).toEqual({ title: '有新事项转到您单位', body: '点开查看', tag: 'c1', urgent: false, path: '/cases/c1' })
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
    expect(noticeOf(moved, 'zh-CN')).toMatchObject({ title: '【紧急】您登记的事项有新进展', urgent: true })
    expect(noticeOf(moved, 'en-GB').title).toBe('Urgent: a case you opened has moved')
  })

  test('says something of a kind this version does not know', () => {
    expect(noticeOf({ kind: 'case_weighed', case_id: 'c1', urgency: 'normal' }, 'zh').title).toBe('事项有新消息')
  })

  test('tells a flood as one, which leads to the list and takes the place of an older one', () => {
    const flood = { kind: 'case_arrived', case_id: '', urgency: 'normal' as const, count: 5 }
    expect(noticeOf(flood, 'zh-CN')).toEqual({ title: '5 件新事项', body: '点开查看', tag: 'flood', urgent: false, path: '/notices' })
    expect(noticeOf(flood, 'en').title).toBe('5 new cases')
    expect(noticeOf({ ...flood, kind: 'mixed' }, 'zh-CN')).toMatchObject({ title: '5 条新消息', tag: 'flood' })
    expect(noticeOf({ ...flood, kind: 'mixed', count: 12 }, 'en').title).toBe('12 new notices')
  })

  test('about no case leads to where it is acted on, and takes the place of no flood', () => {
    const asked = { kind: 'shift_asked', case_id: '', urgency: 'normal' as const }
    expect(noticeOf(asked, 'zh-CN')).toEqual({ title: '有同事请您顶班', body: '点开查看', tag: 'shift_asked', urgent: false, path: '/me/duty' })
    expect(noticeOf({ ...asked, count: 4 }, 'zh-CN')).toMatchObject({ tag: 'flood', path: '/notices' })
  })

  test.each([['zh', words.zh], ['en', words.en]] as const)('says of each kind the same words about every case, in %s', (language, own) => {
    const first = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
    for (const [kind, said] of Object.entries(own.kinds)) {
      const { title, body } = noticeOf({ kind, case_id: 'c1', urgency: 'normal', ...PERSONAL } as Payload, language)
      expect({ title, body }).toEqual({ title: first(said), body: own.open })
    }
    expect(Object.keys(own.kinds)).toEqual(Object.keys(words.zh.kinds))
  })

  test.each(['zh-CN', 'en'])('says the same in the list of notices, in %s', (language) => {
    for (const kind of [...Object.keys(words.zh.kinds), 'case_weighed']) {
      expect(saidOf({ kind }, language)).toBe(noticeOf({ kind, case_id: 'c1', urgency: 'normal' }, language).title)
    }
    expect([kindOf({ kind: 'case_due' }), kindOf({ kind: 'case_weighed' })]).toEqual(['case_due', 'other'])
  })

  test.each(Object.keys(words.zh.kinds))('carries nothing of a payload of %s but the way to the case', (kind) => {
    const chatty = { kind, case_id: 'c1', urgency: 'urgent', ...PERSONAL } as Payload
    for (const language of ['zh', 'en']) {
      const notice = JSON.stringify(noticeOf(chatty, language))
      for (const personal of Object.values(PERSONAL)) expect(notice).not.toContain(personal)
    }
  })
})
