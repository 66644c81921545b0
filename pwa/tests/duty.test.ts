import { describe, expect, test } from 'vitest'
import { BUNDLED, likelyClass } from '../src/rules/duty'

describe('the words of a matter suggest its class', () => {
  test.each([
    ['楼道灯不亮', '公共设施'], ['灯坏了，三层到五层都不亮', '公共设施'], ['健身器材坏了 漫步机少一个螺栓，孩子差点夹手。', '公共设施'],
    ['下水道堵了', '给排水'], ['厨房下水返水，一楼地面都是油污', '给排水'], ['楼上漏水 卫生间顶板滴水', '给排水'], ['水管漏水', '给排水'],
    ['电梯停运', '电梯'], ['2号电梯到七楼不开门，被困过一次人', '电梯'], ['电梯故障', '电梯'],
    ['楼道闻到燃气味', '燃气安全'], ['电线裸露冒火花', '用电安全'], ['电动车飞线充电', '用电安全'],
    ['垃圾堆放没人清', '环境卫生'], ['垃圾堆放', '环境卫生'], ['消防通道被占', '停车秩序'], ['停车位不够', '停车秩序'], ['停车占道', '停车秩序'],
    ['夜里噪音扰民', '邻里纠纷'], ['噪音扰民', '邻里纠纷'], ['邻里矛盾', '邻里纠纷'], ['高空抛物', '邻里纠纷'],
    ['屋顶漏雨', '房屋维修'], ['暖气不热', '供热'], ['加装电梯意见不一', '议事协商'], ['物业服务不到位', '物业管理'],
    ['井盖松动响', '道路设施'], ['路面塌了一块', '道路设施'], ['树枝遮光碰窗', '绿化'], ['独居老人联系不上', '民生关怀'],
    ['申请高龄津贴', '政策咨询'], ['低保复核缺材料', '政策咨询'], ['下岗想找工作', '就业帮扶'], ['老管网改造', '老旧改造'],
  ])('%j: %s', (words, name) => {
    expect(likelyClass(words)).toBe(name)
  })

  test.each(['', '灯', '身体挺好', '想反映一件事', '一切正常', 'The light is out'])('%j suggests nothing', (words) => {
    expect(likelyClass(words)).toBeNull()
  })
})

test('the title decides before the details do', () => {
  expect(likelyClass('暖气不热', '老人裹着被子，楼上漏水')).toBe('供热')
  expect(likelyClass('来看看吧', '下水道堵了')).toBe('给排水')
})

test('each class that every phone has is named once', () => {
  const names = BUNDLED.map(({ code }) => code)
  expect(names).toContain('给排水')
  expect(new Set(names).size).toBe(names.length)
})
