/** A channel as a leader writes it, and the Apprise URL by which the server takes it. */

export const KINDS = ['wecom', 'dingtalk', 'feishu', 'gateway', 'mail'] as const

export type ChannelKind = (typeof KINDS)[number]
type ChannelField = 'link' | 'secret' | 'to' | 'from' | 'password' | 'smtp'
export type ChannelDraft = { kind: ChannelKind } & Record<ChannelField, string>

/** What is asked of each kind. */
export const FIELDS: Record<ChannelKind, readonly ChannelField[]> = {
  wecom: ['link'],
  dingtalk: ['link', 'secret'],
  feishu: ['link'],
  gateway: ['link'],
  mail: ['to', 'from', 'password', 'smtp'],
}

export const OPTIONAL: readonly ChannelField[] = ['secret', 'smtp']

export const blankChannel = (): ChannelDraft => ({ kind: 'wecom', link: '', secret: '', to: '', from: '', password: '', smtp: '' })

/** The links that robots' pages show, whole; each has the robot's key in it. */
const ROBOTS: Record<'wecom' | 'dingtalk' | 'feishu' | 'lark', RegExp> = {
  wecom: /^https:\/\/qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=([\w-]+)$/i,
  dingtalk: /^https:\/\/oapi\.dingtalk\.com\/robot\/send\?access_token=([a-z0-9]+)$/i,
  feishu: /^https:\/\/open\.feishu\.cn\/open-apis\/bot\/v2\/hook\/([\w-]+)$/i,
  lark: /^https:\/\/open\.larksuite\.com\/open-apis\/bot\/v2\/hook\/([\w-]+)$/i,
}

const MAILBOX = /^[^\s@,]+@([a-z0-9-]+\.)+[a-z]{2,}$/i

const keyIn = (link: string, robot: keyof typeof ROBOTS): string | undefined => ROBOTS[robot].exec(link)?.[1]

function dingtalk({ link, secret }: ChannelDraft): string | null {
  const key = keyIn(link, 'dingtalk')
  if (!key || !/^[a-z0-9]*$/i.test(secret)) return null
  return `dingtalk://${secret && `${secret}@`}${key}`
}

function feishu({ link }: ChannelDraft): string | null {
  const [chinese, abroad] = [keyIn(link, 'feishu'), keyIn(link, 'lark')]
  if (chinese) return `feishu://${chinese}`
  return abroad ? `lark://${abroad}` : null
}

/** Apprise takes as part of the link only those parameters that begin with a minus. */
function gateway({ link }: ChannelDraft): string | null {
  const [, secure, rest = '', query] = /^http(s?):\/\/([^\s?#/@]+(?:\/[^\s?#]*)?)(?:\?([^\s#]*))?$/i.exec(link) ?? []
  if (!rest) return null
  const asked = query?.split('&').filter(Boolean).map((one) => `-${one}`).join('&')
  return `json${secure?.toLowerCase()}://${rest}${asked ? `?${asked}` : ''}`
}

/** By port 465 with TLS, as the mailboxes of this country have it. */
function mail({ to, from, password, smtp }: ChannelDraft): string | null {
  const [name = '', domain = ''] = from.split('@')
  const everybody = to.split(/[,，、;；\s]+/).filter(Boolean)
  if (!MAILBOX.test(from) || !everybody.length || !everybody.every((one) => MAILBOX.test(one)) || !password) return null
  const asked = new URLSearchParams({ smtp: smtp || `smtp.${domain}`, mode: 'ssl', user: from, from, to: everybody.join(',') })
  return `mailtos://${encodeURIComponent(name)}:${encodeURIComponent(password)}@${domain}:465?${asked.toString()}`
}

const WRITTEN: Record<ChannelKind, (draft: ChannelDraft) => string | null> = {
  wecom: ({ link }) => { const key = keyIn(link, 'wecom'); return key ? `wecombot://${key}` : null },
  dingtalk,
  feishu,
  gateway,
  mail,
}

/** Its Apprise URL; null where something is missing or cannot be right. */
export function urlOf(draft: ChannelDraft): string | null {
  const trimmed = Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, value.trim()])) as ChannelDraft
  return WRITTEN[draft.kind](trimmed)
}
