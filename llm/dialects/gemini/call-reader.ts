import type { ChatEvent } from '../../../core/chat.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import { listOf, member, textAt } from './members.js'
import { type PartialArgs, partialArgs } from './partial-args.js'

/** Where a reader's blocks go: their numbers, and ids for calls that the provider gave none. */
interface CallSink {
  readonly choice: number
  nextBlock(): number
  newId(block: number): string
}

/** Reads the function calls of one candidate; each method adds its events to `out`. */
export interface CallReader {
  read(call: JsonObject, out: ChatEvent[]): void
  /** Ends a call that comes in pieces and has not said that it is over. */
  close(out: ChatEvent[]): void
  any(): boolean
}

/**
 * A call comes whole, or in pieces: its name first, then `partialArgs` while `willContinue` stands. A piece without it is
 * the last. Arguments of a call in pieces are written when it is over. Throws `upstream_error` for what is neither.
 */
export function callReader({ choice, nextBlock, newId }: CallSink): CallReader {
  let open: { readonly block: number; readonly args: PartialArgs } | undefined
  let any = false

  const begin = (call: JsonObject, name: string, out: ChatEvent[]): number => {
    any = true
    const block = nextBlock()
    const start = { kind: 'tool-call', id: textAt(call, 'id') ?? newId(block), name, call: 'function' } as const
    out.push({ type: 'block-start', choice, block, start })
    return block
  }
  const finish = (block: number, text: string, out: ChatEvent[]) => {
    out.push({ type: 'delta', choice, block, text }, { type: 'block-end', choice, block })
  }
  const close = (out: ChatEvent[]) => {
    if (open !== undefined) finish(open.block, open.args.json(), out)
    open = undefined
  }

  return {
    read: (call, out) => {
      const name = textAt(call, 'name')
      const continues = member(call, 'willContinue') === true
      const pieces = listOf(member(call, 'partialArgs'))
      if (name !== undefined) {
        close(out)
        const block = begin(call, name, out)
        if (!continues && pieces.length === 0) {
          const args = member(call, 'args')
          finish(block, JSON.stringify(isObject(args) ? args : {}), out)
          return
        }
        open = { block, args: partialArgs() }
      }
      for (const piece of pieces) open?.args.add(piece)
      if (!continues) close(out)
    },
    close,
    any: () => any,
  }
}
