import { performance } from 'node:perf_hooks'
import { Failure } from '../../cli/failure.js'
import { measure } from '../measure.js'
import type { Form } from '../parts.js'
import { processUsage } from '../process-usage.js'
import { isFlat, type Reading, slopeOf } from '../slope.js'
import { emptyWorkspace } from '../workspace.js'
import { FULL, jobOf } from './rows.js'
import { startAll } from './start.js'

/** Of what it can take, and for how long at most a job runs before its answers are looked at. */
const LOAD = 0.8
const JOB_SECONDS = 60
/** Part of the time that the heap may still grow to its size. */
const GROWING = 0.15

/**
 * `npm run bench -- --soak`: the full pipeline for an hour (`--minutes=N`) at 80 % of what it takes on this machine. Prints
 * how resident memory rises per hour, and how much of that is noise. Returns 1 when it rises by more.
 */
export async function benchSoak(form: Form, args: readonly string[]): Promise<number> {
  const minutes = minutesOf(args) ?? (form === 'quick' ? 3 : 60)
  const { client, stacks, stop } = await startAll(['full'], emptyWorkspace('bench-soak'))
  try {
    const stack = stacks.full
    if (stack === undefined) throw new Error('Tollgate has not been started')
    const whole = jobOf('json', 'full', FULL)
    await measure(client, stack, { ...whole, requests: 6000 })
    const { report } = await measure(client, stack, { ...whole, requests: 10_000 })
    const rate = Math.max(1, Math.floor((LOAD * 10_000) / report.seconds))
    console.log(`soak: ${minutes} minutes at ${rate} requests per second, ${LOAD * 100} % of what it takes`)

    const readings: Reading[] = []
    const begin = performance.now()
    const hours = () => (performance.now() - begin) / 3_600_000
    const look = () => {
      const rss = stack.processorPid === undefined ? undefined : processUsage(stack.processorPid)?.rssMiB
      if (rss !== undefined) readings.push({ hours: hours(), value: rss })
    }
    const timer = setInterval(look, Math.min(5000, minutes * 500))
    try {
      let sent = 0
      while (hours() * 60 < minutes) {
        const seconds = Math.min(JOB_SECONDS, (minutes - hours() * 60) * 60)
        const requests = Math.max(1, Math.floor(rate * seconds))
        await measure(client, stack, { ...whole, connections: 512, rate, requests })
        sent += requests
      }
      console.log(`soak: ${sent} requests, none failed`)
    } finally {
      clearInterval(timer)
    }
    return conclude(readings, minutes)
  } finally {
    await stop()
  }
}

function conclude(readings: readonly Reading[], minutes: number): number {
  const settled = readings.filter(({ hours }) => hours * 60 > minutes * GROWING)
  const slope = slopeOf(settled)
  if (slope === undefined) {
    console.log('soak: memory was not measured')
    return 0
  }
  const last = settled.at(-1)?.value ?? Number.NaN
  console.log(
    `soak: RSS ${settled[0]?.value.toFixed(1)} MiB after the first ${GROWING * 100} %, ${last.toFixed(1)} at the end`,
  )
  console.log(
    `soak: ${slope.perHour.toFixed(1)} MiB per hour, noise ${slope.noise.toFixed(1)}: ${isFlat(slope) ? 'flat' : 'rising'}`,
  )
  return isFlat(slope) ? 0 : 1
}

function minutesOf(args: readonly string[]): number | undefined {
  const text = args.find((arg) => arg.startsWith('--minutes='))?.slice('--minutes='.length)
  if (text === undefined) return undefined
  const minutes = Number(text)
  if (!(minutes > 0)) throw new Failure(`--minutes=${text}: a number above 0 is needed`)
  return minutes
}
