/** Lines that are written together. */
export interface LineBatch {
  write(line: string): void
  /** Hands on what waits. */
  flush(): void
}

/** Bytes that are handed on at once, about, and how long a line may wait in memory, in milliseconds. */
const SIZE = 48 * 1024
const WITHIN_MS = 100

/**
 * Gathers lines; handing each of them on by itself costs as much as writing them. They wait as bytes: a text that was put together is
 * a tree of pieces until somebody reads it, and what waits long enough is copied by the garbage collector. No timer runs while nothing
 * waits.
 */
export function lineBatch(write: (text: string) => void): LineBatch {
  const bytes = Buffer.allocUnsafe(SIZE)
  let used = 0
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (used === 0) return
    const text = bytes.toString('utf8', 0, used)
    used = 0
    write(text)
  }
  return {
    flush,
    write(line) {
      // No UTF-16 unit is more than three bytes.
      if (3 * line.length > SIZE - used) flush()
      if (3 * line.length > SIZE) return write(line)
      used += bytes.write(line, used)
      timer ??= setTimeout(flush, WITHIN_MS).unref()
    },
  }
}
