import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file that rows are written into. All its functions reject with what the file system says. */
export interface LedgerFile {
  /** Writes at a position; returns how many bytes of it, at least one, were taken. */
  write(bytes: Uint8Array, position: number): Promise<number>
  /** Resolves when what was written outlives a power loss. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Where rows are written to. */
export interface LedgerFiles {
  /** Opens the file, which it makes where there is none. */
  open(path: string): Promise<LedgerFile>
}

/** The machine's file system. Only the owner may read what is made. */
export const systemFiles: LedgerFiles = {
  async open(path) {
    const handle = await open(path, constants.O_WRONLY | constants.O_CREAT, 0o600)
    await syncDirectory(dirname(path))
    return fileOf(handle)
  },
}

function fileOf(handle: FileHandle): LedgerFile {
  return {
    async write(bytes, position) {
      const { bytesWritten } = await handle.write(bytes, 0, bytes.length, position)
      if (bytesWritten === 0) throw new Error('nothing was written')
      return bytesWritten
    },
    sync: () => handle.datasync(),
    close: () => handle.close(),
  }
}

/** A new file's name outlives a power loss. Some file systems know nothing of this, and it is not theirs to fail for. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY)
  try {
    await directory.sync()
  } catch {
    // As said.
  } finally {
    await directory.close()
  }
}
