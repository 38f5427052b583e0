import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, reasonOf } from './failure.js'
import { makeRunFolder, type RunFolder } from './run-folder.js'

/** Paths of sockets are this long at most, in bytes, on every system that Tollgate runs on. */
const LONGEST_PATH = 103

/**
 * Makes the directory in which workers reach each other, for their user only: beside what Tollgate keeps, or, where paths would grow too
 * long for sockets, among the system's temporary files. Throws `Failure` when it cannot.
 */
export async function makeMeetingFolder(stateDir: string): Promise<RunFolder> {
  const longest = join(stateDir, `workers-${process.pid}`, '100.sock')
  try {
    if (Buffer.byteLength(longest) <= LONGEST_PATH) return await makeRunFolder(stateDir, 'workers')
    const path = await mkdtemp(join(tmpdir(), 'tollgate-'))
    return { path, remove: () => void rmSync(path, { recursive: true, force: true }) }
  } catch (error) {
    throw new Failure(
      `workers have nowhere to meet (${reasonOf(error)}): set TOLLGATE_STATE_DIR to a place that can be written`,
    )
  }
}
