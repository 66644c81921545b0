/** A real server on a fresh SQLite database with a made-up community, as `make run` serves it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

const UNITS = fileURLToPath(new URL('../../../app/data/yantai_units.csv', import.meta.url))
const COMMUNITY = '370602003001'
const COMPOUND = `${COMMUNITY}01`
export const PASSWORD = 'knock on the door'

interface Account {
  username: string
  role: string
  unit_code: string
}

/** A line of the server's journal. */
export interface Judged {
  id: string
  device_id: string
  name: string
  verdict: string
  receipt: string
}

export class Town {
  private constructor(private readonly folder: string, readonly address: string, private readonly process: ChildProcess, private readonly accounts: Account[]) {}

  /** Build the community and serve it, on a port of its own. */
  static async open(): Promise<Town> {
    const folder = mkdtempSync(join(tmpdir(), 'qiaomen-phones-'))
    const env = { ...process.env, QIAOMEN_DATA_DIR: folder }
    const qiaomen = (...args: string[]) => execFileSync('qiaomen', args, { env, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' })
    qiaomen('upgrade')
    qiaomen('import', 'units', fewUnits(folder))
    const { accounts } = JSON.parse(qiaomen('demo', '--community', COMMUNITY, '--password', PASSWORD, '--json')) as { accounts: Account[] }
    const port = await freePort()
    const log = openSync(join(folder, 'serve.log'), 'a')
    const serving = spawn('qiaomen', ['serve', '--port', String(port), '--threads', '4'], { env, stdio: ['ignore', log, log] })
    const town = new Town(folder, `http://127.0.0.1:${port}`, serving, accounts)
    await town.answers()
    return town
  }

  /** Two workers of one grid and the secretary of its compound: they see the same records. */
  get people(): string[] {
    const of = (role: string) => this.accounts.filter((one) => one.role === role && one.unit_code.startsWith(COMPOUND)).map((one) => one.username)
    return [...of('grid_worker').slice(0, 2), ...of('branch_secretary').slice(0, 1)]
  }

  journal(): Judged[] {
    return this.ask('SELECT id, device_id, name, verdict, receipt FROM mutation') as unknown as Judged[]
  }

  conflicts(): number {
    return this.ask('SELECT id FROM conflict').length
  }

  log(): string {
    return readFileSync(join(this.folder, 'serve.log'), 'utf8')
  }

  private ask(sql: string): Record<string, unknown>[] {
    const database = new DatabaseSync(join(this.folder, 'qiaomen.db'), { readOnly: true })
    try {
      return database.prepare(sql).all()
    } finally {
      database.close()
    }
  }

  private async answers(): Promise<void> {
    while (!(await fetch(`${this.address}/api/v1/openapi.json`).then(({ ok }) => ok, () => false))) {
      if (this.process.exitCode !== null) throw new Error(`the server ended: ${this.log()}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGTERM')
    await ended
    rmSync(this.folder, { recursive: true })
  }
}

/** The ladder from the city down to the one community, of the six thousand units there are. */
function fewUnits(folder: string): string {
  const [head, ...lines] = readFileSync(UNITS, 'utf8').trim().split('\n')
  const few = lines.filter((line) => COMMUNITY.startsWith(line.split(',')[0] ?? '-'))
  const path = join(folder, 'units.csv')
  writeFileSync(path, [head, ...few].join('\n'))
  return path
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => { resolve(port) })
    })
  })
}
