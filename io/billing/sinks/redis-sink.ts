import { LedgerUnavailable } from '../../../policies/budget/ledger.js'
import { connectRedis } from '../../ledger/redis-connection.js'
import { seqBefore } from '../absence.js'
import type { Sink } from '../sink.js'
import { inTurns } from './in-turns.js'
import { POSITION, WRITE } from './redis-scripts.js'
import type { RedisSinkSettings } from './settings.js'
import { SinkError } from './sink-error.js'

/**
 * Adds rows to a stream. Its entries have the fields `source`, `seq`, `kind`, `at` and `line`, the row's JSON as its hash was
 * made of. Which row of each source came last is kept beside it, so that none is there twice.
 */
export function createRedisSink(
  name: string,
  { url, prefix, maxLength = 0 }: Omit<RedisSinkSettings, 'kind' | 'batch'>,
): Sink {
  const tag = `{${prefix}}:ledger`
  const keys = [`${tag}:rows`, `${tag}:positions`]
  const connection = connectRedis(url, { ledgerPosition: POSITION, ledgerWrite: WRITE }, keys)
  const run = async (script: string, args: readonly (string | number)[]): Promise<unknown> => {
    try {
      return await connection.run(script, args)
    } catch (error) {
      throw error instanceof LedgerUnavailable ? new SinkError(error.message, { cause: error }) : error
    }
  }
  return {
    name,
    async position(source) {
      return seqIn(await run('ledgerPosition', [source]))
    },
    async write(source, rows) {
      const first = rows[0]
      if (!first) return
      const lines = (await inTurns(rows, (row) => [row.seq, row.kind, row.at, JSON.stringify(row)])).flat()
      const held = seqIn(await run('ledgerWrite', [source, maxLength, seqBefore(first), ...lines]))
      if (held < seqBefore(first)) throw new SinkError('Redis has lost rows that it had; they are sent again')
    },
    close: connection.close,
  }
}

function seqIn(reply: unknown): number {
  const seq = Number(reply)
  if (!Number.isSafeInteger(seq) || seq < 0) throw new SinkError('Redis did not answer with a number')
  return seq
}
