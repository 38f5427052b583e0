import { rmSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './process-alive.js'

/** A folder of this run's own, `run-<pid>` in the cache folder. */
export interface RunFolder {
  readonly path: string
  remove(): undefined
}

/** Makes it, and clears those of runs that were killed before they could. */
export async function makeRunFolder(cache: string): Promise<RunFolder> {
  await mkdir(cache, { recursive: true })
  for (const name of await readdir(cache)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(cache, name), { recursive: true, force: true })
  }
  const path = join(cache, `run-${process.pid}`)
  await rm(path, { recursive: true, force: true })
  await mkdir(path)
  return { path, remove: () => void rmSync(path, { recursive: true, force: true }) }
}
