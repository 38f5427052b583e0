import { open } from 'node:fs/promises'

/**
 * Appends to a file that only its owner may read, all or nothing: what was written of a text that did not fit is taken back. One call at
 * a time per file. Rejects with what the file system throws.
 */
export async function appendWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    const { size } = await file.stat()
    try {
      await file.appendFile(text)
    } catch (error) {
      await file.truncate(size)
      throw error
    }
  } finally {
    await file.close()
  }
}
