import { join } from 'node:path'
import type { LedgerFile, LedgerFiles } from './ledger-files.js'
import { type Segment, segmentName } from './segments.js'

/** The segment that rows are added to. What fails can be tried again: bytes go to the position after those that were taken. */
export interface SegmentFile {
  /** Bytes until the next segment begins. */
  room(): number
  /** Makes ready for a row with this `seq`: begins another segment when the one before has no room. Rejects as the file system does. */
  ready(seq: number): Promise<void>
  /** Adds bytes; returns how many of them were taken. */
  add(bytes: Uint8Array): Promise<number>
  sync(): Promise<void>
  close(): Promise<void>
}

export interface SegmentFileOptions {
  readonly files: LedgerFiles
  readonly directory: string
  /** Bytes after which a segment is full. */
  readonly limit: number
  /** The one to go on with, and how many bytes of it are rows. */
  readonly last: Segment | undefined
}

/** Touches no file until the first row comes. */
export function createSegmentFile({ files, directory, limit, last }: SegmentFileOptions): SegmentFile {
  let path = last?.path
  let size = last?.size ?? 0
  let file: LedgerFile | undefined
  let finishing: Promise<void> | undefined

  /** What is asked to be synced meanwhile waits for it. */
  const finish = () => {
    finishing ??= syncAndClose().finally(() => {
      finishing = undefined
    })
    return finishing
  }
  const syncAndClose = async () => {
    const full = file
    if (!full) return
    await full.sync()
    file = undefined
    await full.close()
  }
  const isFull = () => path === undefined || size >= limit
  return {
    room: () => (isFull() ? limit : limit - size),
    async ready(seq) {
      if (isFull()) {
        await finish()
        path = join(directory, segmentName(seq))
        size = 0
      }
      if (path !== undefined) file ??= await files.open(path)
    },
    async add(bytes) {
      if (!file) throw new Error('no segment is open')
      const taken = await file.write(bytes, size)
      size += taken
      return taken
    },
    async sync() {
      await finishing
      await file?.sync()
    },
    async close() {
      await finish()
    },
  }
}
