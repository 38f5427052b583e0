import { close, closeSync, ftruncateSync } from 'node:fs'
import { AT_ONCE, beginRewrite, later, type Rewrite, rewriteAtOnce, writeAll } from './journal-rewrite.js'

export interface RewritingOptions {
  /** Bytes that the file may always have before it is rewritten; 8 MiB unless said. Beyond, it may double. */
  readonly compactAt?: number
  /** How many lines are written in one go, 256 unless said: all of what has no more, the rest in steps. */
  readonly atOnce?: number
  /** Runs the next step; after some milliseconds unless said. */
  readonly soon?: (run: () => void) => void
}

/** A file of lines that is appended to, and written anew when it has grown. Not open before it is written for the first time. */
export class RewrittenFile {
  private readonly path: string
  private readonly compactAt: number
  private readonly atOnce: number
  private readonly soon: (run: () => void) => void
  private readonly unable: (cause: unknown) => void
  private file: number | undefined = undefined
  private size = 0
  private rewriteAt = 0
  private rewriting: Rewrite | undefined = undefined

  /** `unable` is told when a file that has grown cannot be written anew: it goes on as it is. */
  constructor(path: string, options: RewritingOptions, unable: (cause: unknown) => void) {
    const { compactAt = 8 * 2 ** 20, atOnce = AT_ONCE, soon = later } = options
    this.path = path
    this.compactAt = compactAt
    this.atOnce = atOnce
    this.soon = soon
    this.unable = unable
  }

  isOpen(): boolean {
    return this.file !== undefined
  }

  /** Writes it anew at once. Throws what the file system does. */
  rewrite(lines: Iterable<string>): void {
    const { file, size } = rewriteAtOnce(this.path, lines)
    this.replaced(file, size)
  }

  /** Of a file that is open. Throws what the file system does; the last line may be torn then. */
  append(lines: string): void {
    this.size += writeAll(this.file as number, lines)
    this.rewriting?.add(lines)
  }

  /** Takes away what follows the first bytes, of a file that is open. Throws what the file system does. */
  cut(size: number): void {
    this.giveUpRewriting()
    ftruncateSync(this.file as number, size)
    this.size = size
  }

  /** Writes it anew where it has grown, with what `lines` gives then: long ones a little at a time, while it goes on. */
  compact(lines: () => Iterator<string>): void {
    if (this.size <= this.rewriteAt || this.rewriting) return
    try {
      this.beginAnew(lines())
    } catch (cause) {
      this.failed(cause)
    }
  }

  close(): void {
    this.giveUpRewriting()
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private beginAnew(lines: Iterator<string>): void {
    const { path, atOnce, soon } = this
    const first: string[] = []
    for (let line = lines.next(); !line.done; line = lines.next()) {
      if (first.push(line.value) <= atOnce) continue
      const done = (file: number, size: number) => this.replaced(file, size)
      const failed = (cause: unknown) => this.failed(cause)
      this.rewriting = beginRewrite(followed(first, lines), { path, atOnce, soon, failed, done })
      return
    }
    this.rewrite(first)
  }

  /** The new file has taken the place of the one before. */
  private replaced(by: number, size: number): void {
    this.rewriting = undefined
    // Nothing names it any more, so this deletes it, which takes long where it is large.
    if (this.file !== undefined) close(this.file, () => {})
    this.file = by
    this.size = size
    this.rewriteAt = Math.max(this.compactAt, 2 * size)
  }

  private failed(cause: unknown): void {
    this.rewriting = undefined
    this.rewriteAt = this.size + this.compactAt
    this.unable(cause)
  }

  private giveUpRewriting(): void {
    this.rewriting?.abort()
    this.rewriting = undefined
  }
}

function* followed<T>(first: Iterable<T>, rest: Iterator<T>): Generator<T> {
  yield* first
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value
}
