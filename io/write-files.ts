import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes files that another process watches: each by rename, so that no half-written one is ever seen, and only those whose
 * content is new. Creates the directory.
 */
export async function writeChanged(
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<'changed' | 'same'> {
  await mkdir(directory, { recursive: true })
  let result: 'changed' | 'same' = 'same'
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name)
    const before = await readFile(path, 'utf8').catch(() => undefined)
    if (before === content) continue
    const fresh = join(directory, `.${name}.new`)
    await writeFile(fresh, content, { mode: 0o600 })
    await rename(fresh, path)
    result = 'changed'
  }
  return result
}
