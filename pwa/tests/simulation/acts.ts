/** What people do with their phones: every mutation the phone can make, on what its screens show. */
import { crc32, deflateSync } from 'node:zlib'
import type { DwellingPage, Resident, Shown, VisitForm } from '../../src/data'
import type { Dice } from './dice'
import type { Tab } from './tab'

type Engine = Tab['engine']

/** One thing somebody does; nothing where the screen offers nothing to do it to. */
export type Act = (engine: Engine, dice: Dice, home: string) => Promise<unknown>

const NEEDS = ['living_alone', 'disabled', 'pregnant', 'low_income', 'chronic_illness', 'left_behind'] as const
const RELATIONS = ['head', 'spouse', 'child', 'parent', 'tenant', 'other'] as const
const WORDS = ['灯泡坏了', '身体挺好', '想问政策', '水管漏水', '家里没人照顾', '有狗，敲重一点', '']

async function pageOf({ data }: Engine, home: string): Promise<DwellingPage> {
  const page = await data.dwelling(home)
  if (!page) throw new Error(`the phone does not hold the dwelling ${home}`)
  return page
}

const some = <T>(dice: Dice, all: readonly T[]): T[] => all.filter(() => dice.chance(0.4))

const number = (dice: Dice): string => `138${String(dice.below(1e8)).padStart(8, '0')}`

function visitForm(dice: Dice, home: string, photos: string[]): VisitForm {
  return {
    dwelling_id: home, place: null, kind: 'routine', met: [], summary: dice.pick(WORDS), needs: some(dice, ['维修', '送餐送药']), photos, location: null, next_visit_on: null,
  }
}

const recordVisit: Act = ({ data }, dice, home) => data.recordVisit(visitForm(dice, home, []))

const recordVisitWithPhoto: Act = async ({ data, photos }, dice, home) => {
  const sha256 = await photos.keepPhoto(picture(dice))
  await data.recordVisit(visitForm(dice, home, [sha256]))
}

const amendVisit: Act = async (engine, dice, home) => {
  const { visits } = await pageOf(engine, home)
  const visit = visits[dice.below(Math.min(4, visits.length))]
  if (visit) await engine.data.amendVisit(visit, { summary: dice.pick(WORDS), needs: some(dice, ['维修', '送餐送药', '找工作']), next_visit_on: dice.pick([null, '2026-12-24']) })
}

const someone = async (engine: Engine, dice: Dice, home: string): Promise<Shown<Resident> | undefined> => {
  const { residents } = await pageOf(engine, home)
  return residents[dice.below(residents.length)]
}

/** The page stays open for a while before the form is saved, as it does at a door; meanwhile news may come. */
const correctResident: Act = async (engine, dice, home) => {
  const looked = await someone(engine, dice, home)
  await pause(dice.below(30))
  const wanted = dice.pick([
    { phone: number(dice) },
    { phone: number(dice), relation: dice.pick(RELATIONS) },
    { care_needs: some(dice, NEEDS), consented_on: '2026-11-20' },
    { name: dice.pick(['王秀英', '王秀兰', '李建国']) },
  ])
  if (looked) await engine.data.editResident(looked, wanted)
}

const correctDwelling: Act = async (engine, dice, home) => {
  const page = await pageOf(engine, home)
  await engine.data.editDwelling(page, dice.pick([{ note: dice.pick(WORDS) }, { occupancy: dice.pick(['owner', 'tenant', 'vacant'] as const) }]))
}

const addResident: Act = ({ data }, dice, home) =>
  data.addResident(home, { name: '赵小兰', phone: number(dice), relation: dice.pick(RELATIONS), birth_year: 1990, care_needs: [], consented_on: null })

const removeResident: Act = async (engine, dice, home) => {
  const looked = await someone(engine, dice, home)
  if (looked) await engine.data.removeResident(looked, '搬走了')
}

const lookAtNumber: Act = async (engine, dice, home) => {
  const looked = await someone(engine, dice, home)
  if (looked) await engine.data.unmask({ type: 'resident', id: looked.id })
}

const openCase: Act = ({ data }, dice, home) =>
  data.openCase({
    kind: dice.pick(['doorstep', 'branch'] as const), title: '楼道灯不亮', detail: dice.pick(WORDS), urgency: dice.pick(['normal', 'urgent'] as const),
    category: null, dwelling_id: home, place: null, visit_id: null, reporter: null, photos: [],
  })

const actOnCase: Act = async (engine, dice, home) => {
  const { cases } = await pageOf(engine, home)
  const page = cases.length > 0 ? await engine.data.caseById(dice.pick(cases).id) : null
  if (page?.allowed.length) await engine.data.actOnCase(page.id, dice.pick(page.allowed), { text: '已看过', reason: '网格办不了' })
}

const settleConflict: Act = async ({ data }, dice) => {
  const open = await data.conflicts()
  if (open.length === 0) return
  const one = dice.pick(open)
  await data.settleConflict(one.id, dice.pick(one.choices))
}

/** Every screen that lists something opens. */
const lookAround: Act = async ({ data }) => {
  await data.today()
  await data.cases('waiting')
  await data.outbox()
  data.search(await data.searchable(), '秀英')
}

/** How often each is done beside the others. */
export const ACTS: (readonly [number, readonly [string, Act]])[] = [
  [20, ['record a visit', recordVisit]],
  [3, ['record a visit with a photo', recordVisitWithPhoto]],
  [6, ['amend a visit', amendVisit]],
  [24, ['correct a resident', correctResident]],
  [8, ['correct a dwelling', correctDwelling]],
  [4, ['add a resident', addResident]],
  [2, ['remove a resident', removeResident]],
  [2, ['look at a number', lookAtNumber]],
  [4, ['open a case', openCase]],
  [10, ['act on a case', actOnCase]],
  [6, ['settle a conflict', settleConflict]],
  [3, ['look around', lookAround]],
]

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A picture of one pixel, like no other. */
function picture(dice: Dice): Blob {
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
  const pixel = deflateSync(Buffer.from([0, dice.below(256), dice.below(256), dice.below(256)]))
  const text = Buffer.from(`Comment\0${dice.roll()}`)
  const parts = [chunk('IHDR', head), chunk('tEXt', text), chunk('IDAT', pixel), chunk('IEND', Buffer.alloc(0))]
  return new Blob([Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts])], { type: 'image/png' })
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(content.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
