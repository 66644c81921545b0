import { describe, expect, test } from 'vitest'
import { withoutNumbers } from '../src/pages/diary/share'

describe('a text that leaves the app', () => {
  test.each([
    '13800138817', '138 0013 8817', '138-0013-8817', '1380 013 8817', '１３８００１３８８１７', '0535-6241234', '053562412345', '6241234', '+86 13800138817', '370602194803051224',
  ])('has no telephone number, such as %j', (number) => {
    expect(withoutNumbers(`王秀英电话${number}，灯坏了`, '…')).toMatch(/^王秀英电话(\+86 )?…，灯坏了$/)
  })

  test.each([
    '3号楼 1-502 09:30 日常', '1-101 1-102 1-103 都没人', '13-1-502 13-1-503', '2026-11-25 8:30 再来', '12345 热线', '每月 1500 元，共 12 个月',
  ])('keeps doors, days and amounts, as in %j', (text) => {
    expect(withoutNumbers(text, '…')).toBe(text)
  })
})
