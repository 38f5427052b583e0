import { readFileSync, rmSync } from 'node:fs'
import { eventually } from './workspace.js'

/** The environment variable that names the file into which `alive-process.ts` writes. */
export const ALIVE_FILE = 'TOLLGATE_BENCH_ALIVE'

/** Options of node for a process that is to tell what it keeps alive. */
export const ALIVE_ARGS = ['--import', new URL('./alive-process.js', import.meta.url).href]

/** How many bytes such a process keeps alive. */
export async function aliveBytes(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  return eventually('what is alive is not known', 10, async () => Number(readFileSync(file, 'utf8')) || undefined)
}
