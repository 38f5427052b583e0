import { createHash } from 'node:crypto'
import { readFileSync, realpathSync, statSync } from 'node:fs'

/** A running watch. */
export interface FileWatch {
  /** Watches exactly these files from now on; those watched already keep what is known of them. */
  update(paths: readonly string[]): void
  stop(): void
}

export interface WatchOptions {
  /** Milliseconds between looks; 100 unless said. */
  readonly interval?: number
  /** Told of a look that saw other contents than the one before: a change may be reported with the next. */
  noticed?(): void
}

/** What is known of a file. `reported` and `latest` are hashes of its content, undefined while it cannot be read. */
interface Watched {
  readonly identity: string | undefined
  readonly reported: string | undefined
  readonly latest: string | undefined
}

// Within this time a second write may leave size and time stamps as they were: file systems stamp in ticks.
const RACY_MS = 2000

/**
 * Calls `onChange` with the paths whose content differs from what was last reported (at first, from what it is now).
 * Polls and follows symlinks, so in-place writes, renames over the file and Kubernetes' symlink swaps all count. A change
 * is reported once two looks in a row saw the same content, so that a file being written is not read half; a missing file
 * is no change. Does not keep the process alive.
 */
export function watchFiles(
  paths: readonly string[],
  onChange: (changed: readonly string[]) => void,
  options: WatchOptions = {},
): FileWatch {
  let files: ReadonlyMap<string, Watched> = new Map()

  const update = (wanted: readonly string[]) => {
    files = new Map(wanted.map((path) => [path, files.get(path) ?? firstLook(path)]))
  }
  const poll = () => {
    const looks = [...files].map(([path, known]) => ({ path, known, now: look(path, known) }))
    const settled = looks.every(({ known, now }) => now.latest === known.latest)
    if (!settled) options.noticed?.()
    const changed = settled ? looks.filter(({ now }) => now.latest !== undefined && now.latest !== now.reported) : []
    files = new Map(looks.map(({ path, now }) => [path, now]))
    if (changed.length === 0) return
    files = new Map(looks.map(({ path, now }) => [path, { ...now, reported: now.latest ?? now.reported }]))
    onChange(changed.map(({ path }) => path))
  }

  update(paths)
  const timer = setInterval(poll, options.interval ?? 100).unref()
  return { update, stop: () => clearInterval(timer) }
}

function firstLook(path: string): Watched {
  const now = look(path, { identity: undefined, reported: undefined, latest: undefined })
  return { ...now, reported: now.latest }
}

/** Hashes the file if anything about it differs; an unreadable one keeps what was reported. */
function look(path: string, known: Watched): Watched {
  try {
    const stat = statSync(path, { bigint: true })
    const identity = [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs, realpathSync.native(path)].join(' ')
    const racy = Date.now() - Number(stat.ctimeMs) < RACY_MS
    if (identity === known.identity && !racy) return known
    return { ...known, identity, latest: createHash('sha256').update(readFileSync(path)).digest('base64') }
  } catch {
    return { ...known, identity: undefined, latest: undefined }
  }
}
