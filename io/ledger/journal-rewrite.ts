import { closeSync, fsync, fsyncSync, ftruncateSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'

/** A journal's next file, which is written a little at a time while the present one goes on. */
export interface Rewrite {
  /** Lines that the present file has got: they come after what the new one begins with. */
  add(lines: string): void
  /** Gives it up; nothing is told of it any more. */
  abort(): void
}

export interface RewriteOptions {
  /** The place of the file; the next one is `.new` beside it, where one that was given up may be left. */
  readonly path: string
  /** How many lines are written in one go. */
  readonly atOnce: number
  /** Runs the next step soon, after other work. */
  soon(run: () => void): void
  /** All is in the new file and on the disk, it has taken the place of the one before, and is open for more. Must not throw. */
  done(file: number, size: number): void
  /** It cannot be written. */
  failed(cause: unknown): void
}

/** Less than a millisecond's work, and the pause after it: nobody waits for it. */
export const AT_ONCE = 256
const PAUSE_MS = 4

/** Runs it after the pause between two steps. */
export function later(run: () => void): void {
  setTimeout(run, PAUSE_MS).unref()
}

/** Begins to write a file with these lines, each with its end. Throws when it cannot be opened. */
export function beginRewrite(lines: Iterator<string>, options: RewriteOptions): Rewrite {
  return new FileRewrite(lines, options)
}

class FileRewrite implements Rewrite {
  private readonly lines: Iterator<string>
  private readonly options: RewriteOptions
  private readonly file: number
  private size = 0
  /** What was added before its turn came. */
  private later = ''
  private state: 'writing' | 'reaching the disk' | 'over' = 'writing'

  constructor(lines: Iterator<string>, options: RewriteOptions) {
    this.lines = lines
    this.options = options
    this.file = freshFile(nextOf(options.path))
    options.soon(() => this.step())
  }

  add(lines: string): void {
    if (this.state === 'over') return
    if (this.state === 'writing') this.later += lines
    else this.guarded(() => this.write(lines))
  }

  abort(): void {
    const { state, file, options } = this
    if (state === 'over') return
    this.state = 'over'
    // Before anybody else may begin one of that name.
    try {
      unlinkSync(nextOf(options.path))
    } catch {
      // The next one takes its place.
    }
    // What is on its way to the disk is closed when it has arrived.
    if (state === 'writing') closeSync(file)
  }

  private step(): void {
    if (this.state !== 'writing') return
    this.guarded(() => {
      let text = ''
      for (let count = 0; count < this.options.atOnce; count++) {
        const line = this.lines.next()
        if (line.done) return this.finish(text + this.later)
        text += line.value
      }
      this.write(text)
      this.options.soon(() => this.step())
    })
  }

  private finish(rest: string): void {
    this.write(rest)
    this.later = ''
    this.state = 'reaching the disk'
    fsync(this.file, (error) => {
      if (this.state === 'over') return closeSync(this.file)
      this.state = 'over'
      if (error) closeSync(this.file)
      if (error) return this.options.failed(error)
      try {
        takePlace(this.file, this.options.path)
      } catch (cause) {
        return this.options.failed(cause)
      }
      this.options.done(this.file, this.size)
    })
  }

  private write(text: string): void {
    this.size += writeAll(this.file, text)
  }

  private guarded(work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.abort()
      this.options.failed(cause)
    }
  }
}

/** Writes a file anew with these lines, each with its end, in one go. It is on the disk, and open for more. */
export function rewriteAtOnce(path: string, lines: Iterable<string>): { readonly file: number; readonly size: number } {
  const file = freshFile(nextOf(path))
  let size = 0
  try {
    size = writeAll(file, [...lines].join(''))
    fsyncSync(file)
  } catch (error) {
    closeSync(file)
    throw error
  }
  takePlace(file, path)
  return { file, size }
}

/** Where a file's next one is written. */
function nextOf(path: string): string {
  return `${path}.new`
}

/** Puts the next file, which is open as `file`, in the place of the one before. Closes it where that cannot be. */
function takePlace(file: number, path: string): void {
  try {
    renameSync(nextOf(path), path)
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** An empty file to append to, readable by its owner alone. */
function freshFile(path: string): number {
  const file = openSync(path, 'a', 0o600)
  try {
    ftruncateSync(file)
  } catch (error) {
    closeSync(file)
    throw error
  }
  return file
}

/** Returns how many bytes there were. */
export function writeAll(file: number, text: string): number {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
  return bytes.length
}
