import { describe, expect, test } from 'vitest'
import vectors from '../../tests/vectors/channels.json'
import { blankChannel, urlOf, type ChannelDraft } from '../src/pages/channels/form'

const written = (draft: object) => urlOf({ ...blankChannel(), ...draft } as ChannelDraft)

describe('a way to be told that a leader writes', () => {
  test.each(vectors)('as $draft becomes what the server takes', ({ draft, url }) => {
    expect(written(draft)).toBe(url)
  })

  test.each([
    { kind: 'wecom', link: '' },
    { kind: 'wecom', link: 'https://oapi.dingtalk.com/robot/send?access_token=a1b2' },
    { kind: 'wecom', link: 'https://qyapi.weixin.qq.com.example.com/cgi-bin/webhook/send?key=k1' },
    { kind: 'dingtalk', link: 'https://oapi.dingtalk.com/robot/send?access_token=a1b2', secret: 'SEC 9' },
    { kind: 'feishu', link: '7e2a2b3c' },
    { kind: 'gateway', link: 'ftp://sms.example.cn/send' },
    { kind: 'gateway', link: 'https://somebody:secret@sms.example.cn/send' },
    { kind: 'mail', to: 'group@example.cn', from: 'grid@163.com' },
    { kind: 'mail', to: 'group', from: 'grid@163.com', password: 'p' },
  ])('as %j is not sent', (draft) => {
    expect(written(draft)).toBeNull()
  })
})

