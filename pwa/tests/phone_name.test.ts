import { expect, test } from 'vitest'
import { modelIn } from '../src/sync/phone_name'

test.each([
  ['Mozilla/5.0 (Linux; Android 10; Redmi Note 8 Build/QKQ1.200114.002) AppleWebKit/537.36 Chrome/87.0.4280.141 Mobile Safari/537.36', 'Redmi Note 8'],
  ['Mozilla/5.0 (Linux; U; Android 11; zh-cn; M2007J17C Build/RKQ1.200826.002) AppleWebKit/537.36 XiaoMi/MiuiBrowser/15.4.12', 'M2007J17C'],
  ['Mozilla/5.0 (Linux; Android 10; V1981A Build/QP1A.190711.020; wv) AppleWebKit/537.36 VivoBrowser/10.2.10.0', 'V1981A'],
  ['Mozilla/5.0 (Linux; Android 12; PEGM00) AppleWebKit/537.36 Chrome/114.0.0.0 Mobile Safari/537.36', 'PEGM00'],
  ['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/124.0.0.0 Mobile Safari/537.36', ''],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Version/16.6 Mobile/15E148 Safari/604.1', 'iPhone'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0.0.0 Safari/537.36', ''],
])('a phone is known by the model in %j', (agent, model) => {
  expect(modelIn(agent)).toBe(model)
})
