import type { MessageStream, StreamListener } from './stream.js'
import { REFUSED } from './upstream-level.js'

/** Where exchanges are that other processes of the same Tollgate hold. */
export interface Elsewhere {
  /** Undefined where no other process can have it. */
  holderOf(exchangeId: string): Holder | undefined
}

/** A process that holds an exchange. */
export interface Holder {
  /** Begins an upstream-level stream to it. */
  open(listener: HolderListener): HolderStream
}

export interface HolderListener {
  message(bytes: Buffer): void
  /** Told once. `broken`: it could not be reached, failed the stream, or is gone. */
  ended(how: 'well' | 'broken'): void
}

export interface HolderStream {
  send(bytes: Buffer): void
  /** Envoy has said everything. */
  end(): void
  /** Envoy has gone. */
  cancel(): void
}

/** What becomes of a stream whose exchange this process does not hold. */
export type Passing = 'passed on' | 'refused'

/**
 * An upstream-level stream that goes to the process that holds its exchange, should that be another one: messages pass both ways as they
 * are. Envoy opens the two filter levels of one request on two connections where it has just been told to leave the first, or has several.
 * `own` begins the conversation of this process, which asks once what becomes of an exchange that it does not find.
 */
export function passingOn(
  stream: MessageStream,
  elsewhere: Elsewhere,
  unknownExchange: () => void,
  own: (unknown: (exchangeId: string) => Passing) => StreamListener,
): StreamListener {
  let latest: Buffer | undefined
  let there: HolderStream | undefined
  let answered: 'nothing' | 'something' = 'nothing'

  const listener: HolderListener = {
    message(bytes) {
      answered = 'something'
      stream.send([{ kind: 'written', message: bytes }])
    },
    ended(how) {
      if (how === 'broken' && answered === 'something') return stream.fail()
      if (how === 'broken') {
        unknownExchange()
        stream.send([REFUSED])
      }
      stream.end()
    },
  }
  const here = own((exchangeId) => {
    const holder = elsewhere.holderOf(exchangeId)
    if (holder === undefined || latest === undefined) {
      unknownExchange()
      return 'refused'
    }
    there = holder.open(listener)
    there.send(latest)
    return 'passed on'
  })
  return {
    message(bytes) {
      if (there) return there.send(bytes)
      latest = bytes
      here.message(bytes)
      latest = undefined
    },
    broken: (error) => here.broken(error),
    ended() {
      if (there) there.end()
      else here.ended()
    },
    closed() {
      there?.cancel()
      here.closed()
    },
  }
}
