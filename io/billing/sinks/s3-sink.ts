import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Row } from '../row.js'
import type { Sink } from '../sink.js'
import { inTurns } from './in-turns.js'
import type { ObjectStore } from './s3-client.js'
import { SinkError } from './sink-error.js'

const compress = promisify(gzip)

/**
 * Puts rows there as objects of compressed JSON lines, `PREFIX/SOURCE/yyyy/mm/dd/FROM-TO.jsonl.gz` by the date of the first row and the
 * numbers of the first and the last, so that the same rows again are the same object. `PREFIX/SOURCE/position.json` says how far
 * that went.
 */
export function createS3Sink(name: string, prefix: string, store: ObjectStore): Sink {
  const folder = (source: string) => `${prefix === '' ? '' : `${prefix}/`}${source}`
  const positionKey = (source: string) => `${folder(source)}/position.json`
  return {
    name,
    async position(source, signal) {
      const bytes = await store.get(positionKey(source), signal)
      return bytes === undefined ? 0 : seqIn(bytes)
    },
    async write(source, rows, signal) {
      const [first, last] = [rows[0], rows.at(-1)]
      if (!first || !last) return
      const lines = (await inTurns(rows, (row) => `${JSON.stringify(row)}\n`)).join('')
      await store.put(`${folder(source)}/${sliceName(first, last)}`, await compress(lines), 'application/gzip', signal)
      const position = Buffer.from(JSON.stringify({ seq: last.seq, hash: last.hash }))
      await store.put(positionKey(source), position, 'application/json', signal)
    },
    close: store.close,
  }
}

/** With as many digits as sort by number. */
function sliceName(first: Row, last: Row): string {
  const day = first.at.slice(0, 10).replaceAll('-', '/')
  const number = (seq: number) => String(seq).padStart(12, '0')
  return `${day}/${number(first.seq)}-${number(last.seq)}.jsonl.gz`
}

function seqIn(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString('utf8')
  const seq = Number(/"seq":(\d{1,16})\b/.exec(text)?.[1])
  if (!Number.isSafeInteger(seq)) throw new SinkError('position.json does not say where to go on')
  return seq
}
