import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { measure } from '../measure.js'
import type { Form } from '../parts.js'
import { type Cost, costsBetween, profileSchema } from '../profile-areas.js'
import { alignedTable } from '../table.js'
import { emptyWorkspace } from '../workspace.js'
import { jobOf, QUICK, type Row } from './rows.js'
import { startAll } from './start.js'
import type { System } from './systems.js'

/**
 * `npm run bench -- --profile`: the full pipeline with `--cpu-prof` on Tollgate; prints where its CPU time goes, by area and by function.
 * With `--streams` streams are sent that restore personal data, with `--pass` requests without any policy. The profile itself stays in `.tollgate`.
 */
export async function benchProfile(form: Form, args: readonly string[]): Promise<number> {
  const system: System = args.includes('--streams') ? 'restore' : args.includes('--pass') ? 'pass' : 'full'
  const row: Row = system === 'restore' ? 'stream' : 'json'
  const directory = emptyWorkspace('bench-profile')
  const folder = join(directory, 'profiles')
  mkdirSync(folder)
  const stack = system === 'pass' ? 'pass' : 'full'
  const running = await startAll([stack], directory, ['--cpu-prof', `--cpu-prof-dir=${folder}`])
  const amount = form === 'quick' ? 1 : 3
  const job = jobOf(row, system, { ...QUICK, requests: 5000 * amount, chunks: 300 * amount })
  const started = running.stacks[stack]
  try {
    if (started === undefined) throw new Error(`${stack} has not been started`)
    console.log('profile: warming up')
    await measure(running.client, started, row === 'json' ? { ...job, requests: 6000 } : { ...job, chunks: 300 })
    console.log('profile: measuring')
    const from = monotonicMicros()
    const { report, chunks } = await measure(running.client, started, job)
    const to = monotonicMicros()
    await running.stop()

    const units = row === 'json' ? (report.outcomes['ok'] ?? 0) : chunks
    const [file] = readdirSync(folder)
    if (file === undefined) throw new Error('node has written no profile')
    const profile = profileSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
    const { busyMicros, areas, functions } = costsBetween(profile, from, to)
    const unit = row === 'json' ? 'request' : 'chunk'
    const table = (what: string, costs: readonly Cost[], most: number) =>
      alignedTable(
        [what, 'share', `µs per ${unit}`],
        costs
          .slice(0, most)
          .map(({ name, micros }) => [
            name,
            `${((100 * micros) / busyMicros).toFixed(1)} %`,
            (micros / units).toFixed(1),
          ]),
      )
    console.log(`\n${table('area, self time', areas, 40)}\n\n${table('function, self time', functions, 40)}\n`)
    console.log(`main thread busy ${(busyMicros / units).toFixed(1)} µs per ${unit}; ${join(folder, file)}`)
    return 0
  } finally {
    await running.stop()
  }
}

/** The clock of V8's profiles. */
function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1000n)
}
