import { openSync, readSync, writeFileSync } from 'node:fs'
import { PerformanceObserver, performance } from 'node:perf_hooks'

/**
 * Loaded into the process that is measured (`--import`): how long its event loop has been held up. A timer is to fire every millisecond;
 * what lies between two times at which it has is a gap. Of a gap counts the time for which this thread was on a CPU, so that others
 * who share the machine do not, and without the collector of garbage. On SIGUSR2 the longest since the last time go to the `file`
 * that the URL of this module names.
 */
interface Gap {
  readonly from: number
  readonly to: number
  /** Milliseconds on a CPU. */
  readonly busy: number
}

const KEPT = 20

const file = new URL(import.meta.url).searchParams.get('file')
if (file !== null) watch(file)

function watch(file: string): void {
  // On Linux the main thread has its process's number; its first figure is nanoseconds on a CPU.
  const stat = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r')
  const buffer = Buffer.alloc(64)
  const busyMs = () => Number.parseInt(buffer.toString('latin1', 0, readSync(stat, buffer, 0, 64, 0)), 10) / 1e6

  let gaps: Gap[] = []
  let collections: { readonly from: number; readonly to: number }[] = []
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      collections.push({ from: startTime, to: startTime + duration })
    }
  }).observe({ entryTypes: ['gc'] })

  let last = performance.now()
  let busy = busyMs()
  const tick = () => {
    const now = performance.now()
    const worked = busyMs()
    if (now - last > 3) {
      gaps.push({ from: last, to: now, busy: worked - busy })
      if (gaps.length > 2 * KEPT) gaps = gaps.sort((a, b) => b.busy - a.busy).slice(0, KEPT)
    }
    last = now
    busy = worked
    setTimeout(tick, 1).unref()
  }
  tick()

  process.on('SIGUSR2', () => {
    // Collections are told of later than they happen.
    setTimeout(() => {
      const told = gaps.map((gap) => {
        const collecting = collections
          .map(({ from, to }) => Math.max(0, Math.min(to, gap.to) - Math.max(from, gap.from)))
          .reduce((sum, ms) => sum + ms, 0)
        // Collecting is known by the clock alone, and shared the CPU with others as the rest of the gap did.
        const collected = gap.busy * (collecting / (gap.to - gap.from))
        return { blocked: Math.max(0, gap.busy - collected), collected }
      })
      gaps = []
      collections = []
      const longest = told.sort((a, b) => b.blocked - a.blocked)[0] ?? { blocked: 0, collected: 0 }
      const collected = told.reduce((most, gap) => Math.max(most, gap.collected), 0)
      writeFileSync(file, JSON.stringify({ blocked: longest.blocked, collected }))
    }, 20)
  })
}
