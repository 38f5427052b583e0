import { constants } from 'node:fs'
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAlive } from './process-alive.js'

/**
 * Fills the folder `target` by way of one beside it and a rename, so that an interrupted install never looks complete and
 * two at once do no harm. `proof` is the executable inside that tells a complete one. What `install` throws is thrown on.
 */
export async function installAside(
  target: string,
  proof: string,
  install: (folder: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(target)
  const partial = `${basename(target)}.partial-`
  await mkdir(parent, { recursive: true })
  for (const name of await readdir(parent)) {
    if (name.startsWith(partial) && !isAlive(Number(name.slice(partial.length)))) {
      await rm(join(parent, name), { recursive: true, force: true })
    }
  }
  const folder = join(parent, `${partial}${process.pid}`)
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    await install(folder)
    // Another process may have been faster; its result is as good and may be running already.
    if (await isExecutable(join(target, proof))) return
    await rm(target, { recursive: true, force: true })
    await rename(folder, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Whether there is a file (not a folder) that may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
