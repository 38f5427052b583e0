import { rmSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './process-alive.js'

/** A folder of this run's own. */
export interface RunFolder {
  readonly path: string
  remove(): undefined
}

/** Makes `NAME-PID` in the cache folder, for its user only, and clears those of runs that were killed before they could. */
export async function makeRunFolder(cache: string, name: 'run' | 'workers' = 'run'): Promise<RunFolder> {
  await mkdir(cache, { recursive: true })
  for (const entry of await readdir(cache)) {
    const [, kind, pid] = /^(run|workers)-(\d+)$/.exec(entry) ?? []
    if (kind === name && !isAlive(Number(pid))) await rm(join(cache, entry), { recursive: true, force: true })
  }
  const path = join(cache, `${name}-${process.pid}`)
  await rm(path, { recursive: true, force: true })
  await mkdir(path, { mode: 0o700 })
  return { path, remove: () => void rmSync(path, { recursive: true, force: true }) }
}
