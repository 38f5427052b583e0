import type { LedgerFile, LedgerFiles } from '../../../io/billing/ledger-files.js'

/** A file system in memory that runs full. */
export interface FakeFiles extends LedgerFiles {
  /** The bytes of each file as text, by path. */
  text(path: string): string
  paths(): readonly string[]
  /** From now on only so many more bytes find room; then ENOSPC, in the middle of a line too. */
  room(bytes: number): void
  /** From now on calls do not end until `room` says something. */
  hang(): void
  /** How many writes there were. */
  writes(): number
}

export function fakeFiles(): FakeFiles {
  const contents = new Map<string, Buffer>()
  let left = Number.POSITIVE_INFINITY
  let writes = 0
  let hung: (() => void)[] | undefined

  const full = () => Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  const turn = () => new Promise<void>((resolve) => (hung ? hung.push(resolve) : resolve()))
  const put = (path: string, bytes: Uint8Array, position: number): number => {
    const before = contents.get(path) ?? Buffer.alloc(0)
    const taken = Math.min(bytes.length, Math.max(0, left + Math.max(0, before.length - position)))
    if (taken === 0) throw full()
    const after = Buffer.alloc(Math.max(before.length, position + taken))
    before.copy(after)
    Buffer.from(bytes.subarray(0, taken)).copy(after, position)
    left -= after.length - before.length
    contents.set(path, after)
    return taken
  }
  const fileAt = (path: string): LedgerFile => ({
    async write(bytes, position) {
      await turn()
      writes += 1
      return put(path, bytes, position)
    },
    sync: turn,
    close: async () => {},
  })
  return {
    async open(path) {
      await turn()
      if (!contents.has(path) && left <= 0) throw full()
      if (!contents.has(path)) contents.set(path, Buffer.alloc(0))
      return fileAt(path)
    },
    text: (path) => contents.get(path)?.toString('utf8') ?? '',
    paths: () => [...contents.keys()].sort(),
    room(bytes) {
      left = bytes
      const waiting = hung ?? []
      hung = undefined
      for (const go of waiting) go()
    },
    hang() {
      hung ??= []
    },
    writes: () => writes,
  }
}
