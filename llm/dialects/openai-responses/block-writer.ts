import type { BlockStart, ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { itemExtras } from './decode-content.js'
import { NAME } from './name.js'

/** The blocks of one answer, in the order that `ChatEvent` promises: only tool calls are open side by side. */
export interface BlockWriter {
  /** Starts a block, with what is kept of its item; what may not stay open beside it ends. */
  begin(start: BlockStart, kept: JsonObject): number
  say(block: number, text: string, logprobs?: JsonObject): void
  sign(block: number, signature: string): void
  annotate(block: number, value: JsonValue): void
  isOpen(block: number): boolean
  end(block: number): void
  endAll(): void
  /** The calls that the client is to answer. */
  calls(): number
}

/** Writes to `out`, which whoever reads the frames takes and empties. */
export function blockWriter(out: (event: ChatEvent) => void): BlockWriter {
  const open = new Map<number, BlockStart['kind']>()
  let count = 0
  let calls = 0

  const end = (block: number) => {
    if (open.delete(block)) out({ type: 'block-end', choice: 0, block })
  }
  const endAll = () => {
    for (const block of [...open.keys()]) end(block)
  }
  return {
    begin(start, kept) {
      const beside = start.kind === 'tool-call' && [...open.values()].every((kind) => kind === 'tool-call')
      if (!beside) endAll()
      if (start.kind === 'tool-call') calls++
      const block = count++
      open.set(block, start.kind)
      out({ type: 'block-start', choice: 0, block, start, ...itemExtras(kept) })
      return block
    },
    say(block, text, logprobs) {
      if (!open.has(block)) throw new GatewayError('upstream_error', 'the provider continued an item after another one')
      out({ type: 'delta', choice: 0, block, text, ...(logprobs === undefined ? {} : { logprobs }) })
    },
    sign(block, signature) {
      if (open.has(block)) out({ type: 'signature', choice: 0, block, signature })
    },
    annotate(block, value) {
      if (open.has(block) && isObject(value)) out({ type: 'annotation', choice: 0, block, dialect: NAME, value })
    },
    isOpen: (block) => open.has(block),
    end,
    endAll,
    calls: () => calls,
  }
}
