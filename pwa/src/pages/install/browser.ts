/**
 * The browsers of Chinese phones, by what they say of themselves. The first sign that fits decides: WeCom says that
 * it is WeChat too, and nearly all say that they are Chrome and Safari.
 */
const SIGNS = {
  wecom: /wxwork/i,
  wechat: /MicroMessenger/i,
  dingtalk: /DingTalk/i,
  app: /AlipayClient|\bQQ\/|Weibo|aweme|Lark\/|Feishu|NewsArticle/i,
  ios_safari: /^(?!.*(CriOS|FxiOS|EdgiOS|MQQBrowser|UCBrowser|Quark|baidu|MiuiBrowser)).*(iPhone|iPad|iPod).* Version\/.* Safari\//i,
  ios_other: /iPhone|iPad|iPod/,
  huawei: /HuaweiBrowser/i,
  xiaomi: /MiuiBrowser/i,
  oppo: /HeyTapBrowser|OppoBrowser/i,
  vivo: /VivoBrowser/i,
  other: /MQQBrowser|UCBrowser|Quark|baidu|QihooBrowser|SogouMobile/i,
  edge: /EdgA?\//,
  firefox: /Firefox\//,
  /** An app's own window, by Android's word for it. */
  webview: /; wv\)/,
  chrome: /Chrome\//,
} as const

type Sign = keyof typeof SIGNS
export type Browser = Exclude<Sign, 'webview'>

/** Windows of other apps: nothing can be installed from them, and nothing is safe in them. */
const INSIDE: Browser[] = ['wechat', 'wecom', 'dingtalk', 'app']

/** Those a person can choose between, when we have taken theirs for another one. */
export const browsers = (Object.keys(SIGNS) as Sign[]).filter((sign): sign is Browser => sign !== 'webview')

/** Which browser this is. An iPad says that it is a Mac, but no Mac feels fingers. */
export function browserOf(agent: string, fingers = 0): Browser {
  if (/Macintosh/.test(agent) && fingers > 1) return browserOf(agent.replace('Macintosh', 'iPad'))
  const sign = (Object.keys(SIGNS) as Sign[]).find((one) => SIGNS[one].test(agent)) ?? 'other'
  return sign === 'webview' ? 'app' : sign
}

export const isInside = (browser: Browser): boolean => INSIDE.includes(browser)
