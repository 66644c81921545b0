import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check } from './checks'
import { putBack, takeOff, WITHOUT } from './safeguards'
import { Town } from './town'
import { World } from './world'

const SEED = Number(process.env.SEED ?? 20261125)
const STEPS = Number(process.env.STEPS ?? 2000)
const EPISODES = Math.max(1, Math.ceil(STEPS / 500))
const PATIENCE = 60_000 + STEPS * 300

let town: Town

beforeAll(async () => { town = await Town.open() }, 300_000)
afterAll(() => town.close(), 60_000)

async function play(world: World, episodes: number, steps: number): Promise<void> {
  await world.begin()
  for (let episode = 0; episode < episodes; episode++) {
    await world.play(steps)
    await world.heal()
    await check(world)
  }
}

describe('the phone’s engine and the server', () => {
  test(`on bad days lose nothing, do nothing twice, and agree (SEED=${SEED} STEPS=${STEPS})`, async () => {
    const world = new World(town, SEED)
    await play(world, EPISODES, STEPS / EPISODES)
    console.info(`SEED=${SEED} STEPS=${STEPS}: ${world.tally}`)
    expect(world.tally.shortOf(STEPS)).toEqual([])
  }, PATIENCE)

  test.each(Object.keys(WITHOUT))('are caught without %s', async (safeguard) => {
    takeOff(safeguard)
    const world = new World(town, SEED, true)
    await expect(play(world, 10, 60)).rejects.toThrow(WITHOUT[safeguard]?.caught).finally(async () => {
      putBack()
      await world.end()
    })
  }, PATIENCE)
})
