import { describe, expect, test } from 'vitest'
import en from '../src/locales/en.json'
import zh from '../src/locales/zh-CN.json'
import { browserOf, browsers, isInside, type Browser } from '../src/pages/install/browser'

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)'

const said: [Browser, string][] = [
  ['wechat', `${IPHONE} Mobile/15E148 MicroMessenger/8.0.42(0x18002a2e) NetType/WIFI Language/zh_CN`],
  ['wechat', 'Mozilla/5.0 (Linux; Android 12; PEGM00 Build/SKQ1.211113.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20231202 MMWEBID/2307 MicroMessenger/8.0.47.2560(0x28002F30) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64'],
  ['wecom', 'Mozilla/5.0 (Linux; Android 11; M2007J17C Build/RKQ1.200826.002; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99 Mobile Safari/537.36 wxwork/4.1.10 MicroMessenger/7.0.1 Language/zh'],
  ['dingtalk', `${IPHONE} Mobile/15E148 AliApp(DingTalk/7.5.10) com.laiwang.DingTalk/34567890 Channel/201200 language/zh-Hans-CN UT4Aplus/0.0.6 WK`],
  ['dingtalk', 'Mozilla/5.0 (Linux; U; Android 10; zh-CN; Redmi Note 8 Build/QKQ1.200114.002) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UWS/5.10.3.0 Mobile Safari/537.36 AliApp(DingTalk/7.0.40) com.alibaba.android.rimet/28888888 Channel/700159'],
  ['app', 'Mozilla/5.0 (Linux; Android 11; V2048A Build/RP1A.200720.012; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/89.0.4389.72 MQQBrowser/6.2 TBS/046317 Mobile Safari/537.36 V1_AND_SQ_8.9.3_3056 QQ/8.9.3.9375 NetType/WIFI'],
  ['app', 'Mozilla/5.0 (Linux; Android 13; 22041211AC Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0.6045.66 Mobile Safari/537.36'],
  ['ios_safari', `${IPHONE} Version/16.6 Mobile/15E148 Safari/604.1`],
  ['ios_other', `${IPHONE} CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1`],
  ['ios_other', `${IPHONE} Version/16.0 EdgiOS/120.0.2210.116 Mobile/15E148 Safari/604.1`],
  ['ios_other', `${IPHONE} Version/16.0 MQQBrowser/14.7.1 Mobile/15E148 Safari/604.1 QBWebViewUA/2 QBWebViewType/1`],
  ['huawei', 'Mozilla/5.0 (Linux; Android 10; ELE-AL00; HMSCore 6.12.0.302) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.88 HuaweiBrowser/14.0.2.303 Mobile Safari/537.36'],
  ['xiaomi', 'Mozilla/5.0 (Linux; U; Android 11; zh-cn; M2007J17C Build/RKQ1.200826.002) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.127 Mobile Safari/537.36 XiaoMi/MiuiBrowser/17.8.220115'],
  ['oppo', 'Mozilla/5.0 (Linux; U; Android 12; zh-cn; PEGM00 Build/SKQ1.211113.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/90.0.4430.61 Mobile Safari/537.36 HeyTapBrowser/40.8.14.1'],
  ['vivo', 'Mozilla/5.0 (Linux; Android 10; V1981A Build/QP1A.190711.020; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/87.0.4280.141 Mobile Safari/537.36 VivoBrowser/13.4.10.0'],
  ['other', `${ANDROID} Version/4.0 Chrome/100.0.4896.58 Quark/6.4.5.415 Mobile Safari/537.36`],
  ['edge', `${ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36 EdgA/124.0.2478.64`],
  ['edge', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0'],
  ['firefox', 'Mozilla/5.0 (Android 13; Mobile; rv:121.0) Gecko/121.0 Firefox/121.0'],
  ['chrome', `${ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36`],
  ['other', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15'],
]

test.each(said)('%s says of itself %s', (browser, agent) => {
  expect(browserOf(agent)).toBe(browser)
})

test('an iPad that calls itself a Mac is known by its fingers', () => {
  const agent = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15'
  expect(browserOf(agent, 5)).toBe('ios_safari')
})

describe('the windows of other apps', () => {
  test('are told apart from browsers', () => {
    expect(browsers.filter(isInside)).toEqual(['wecom', 'wechat', 'dingtalk', 'app'])
  })
})

test.each([['zh-CN', zh], ['en', en]])('%s has a name and steps for every browser', (_language, { install }) => {
  expect(Object.keys(install.names).sort()).toEqual([...browsers].sort())
  expect(Object.keys(install.steps).sort()).toEqual([...browsers].sort())
})
