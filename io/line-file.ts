import { type FileHandle, open, rename } from 'node:fs/promises'

/** A file of lines that is appended to, readable by its owner alone. One call at a time, by one process. */
export interface LineFile {
  /** Whether it has grown to four times what it was when it was last written anew, and is not small. */
  isLong(): boolean
  /** Adds whole lines; they are on the disk once it resolves, and the next call takes away what is left of them where it rejects. */
  append(lines: string): Promise<void>
  /** Puts other lines in the place of all: after a crash it has either all of these or all of those. Other work may run between two pieces. */
  replace(pieces: Iterable<string>): Promise<void>
  close(): Promise<void>
}

/** A file that is not longer than this is never long, in bytes. */
const SMALL = 256 * 1024

/** Opens the file at `path`, or makes it, of which the first `size` bytes are whole lines: what follows them goes. */
export async function openLineFile(path: string, size: number): Promise<LineFile> {
  return new AppendedFile(path, size, await open(path, 'a', 0o600))
}

class AppendedFile implements LineFile {
  private readonly path: string
  private length: number
  private file: FileHandle
  /** What it had when it was last written anew. */
  private short: number

  constructor(path: string, size: number, file: FileHandle) {
    this.path = path
    this.length = size
    this.file = file
    this.short = Math.max(SMALL, size)
  }

  isLong(): boolean {
    return this.length > 4 * this.short
  }

  async append(lines: string): Promise<void> {
    // What an earlier failure has left behind the last whole line goes.
    await this.file.truncate(this.length)
    const written = await writeAll(this.file, lines)
    await this.file.datasync()
    this.length += written
  }

  async replace(pieces: Iterable<string>): Promise<void> {
    const before = this.file
    const { file, size } = await writeAnew(this.path, pieces)
    this.file = file
    this.length = size
    this.short = Math.max(SMALL, size)
    await before.close()
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

/** Puts a file with this text in the place of the one at `path`, if there is one: after a crash it is either of them, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const { file } = await writeAnew(path, [text])
  await file.close()
}

/** The new file is on the disk, and open for more. */
async function writeAnew(path: string, pieces: Iterable<string>): Promise<{ file: FileHandle; size: number }> {
  const fresh = `${path}.new`
  const file = await open(fresh, 'a', 0o600)
  try {
    // One that was given up may be there.
    await file.truncate()
    let size = 0
    for (const piece of pieces) size += await writeAll(file, piece)
    await file.sync()
    await rename(fresh, path)
    return { file, size }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function writeAll(file: FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length; ) written += (await file.write(bytes, written)).bytesWritten
  return bytes.length
}
