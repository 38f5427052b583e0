import type { BlockStart, ChatEvent, ItemExtras } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { NAME } from './name.js'
import { PLAN } from './words.js'

type Spoken = 'text' | 'reasoning' | 'plan'

/** Turns what an answer says, streamed or whole, into blocks; each method adds its events to `out`. */
export interface MessageReader {
  /** A piece of the content at `index`: of text, with its logprobs, or of a thought. */
  say(kind: 'text' | 'reasoning', index: number, text: string, logprobs: JsonValue | undefined, out: ChatEvent[]): void
  plan(text: string, out: ChatEvent[]): void
  /** A citation of what was said last. */
  cite(citation: JsonObject, out: ChatEvent[]): void
  /** A call begins; `index` is its place among the calls. */
  call(index: number, id: string | undefined, name: string, out: ChatEvent[]): void
  /** A piece of a call's arguments. Throws `upstream_error` where no call is open at `index`. */
  argue(index: number, text: string, out: ChatEvent[]): void
  endCall(index: number, out: ChatEvent[]): void
  /** Ends whatever is open. A call that is complete has arguments; one that was cut off is left as it is. */
  close(how: 'complete' | 'cut', out: ChatEvent[]): void
  called(): boolean
}

interface OpenCall {
  readonly block: number
  streamed: 'nothing' | 'something'
}

/**
 * Reads the one choice of an answer. A content stays open until something else begins: citations may come after its end.
 * `newId` names the calls that came without an id.
 */
export function messageReader(newId: (block: number) => string): MessageReader {
  const choice = 0
  let blocks = 0
  let open: { readonly kind: Spoken; readonly index: number; readonly block: number } | undefined
  const calls = new Map<number, OpenCall>()
  let called = false

  const start = (kind: BlockStart, out: ChatEvent[], extras?: ItemExtras): number => {
    const block = blocks++
    const begin = { type: 'block-start', choice, block, start: kind } as const
    out.push(extras === undefined ? begin : { ...begin, extras })
    return block
  }
  const closeSpoken = (out: ChatEvent[]) => {
    if (open !== undefined) out.push({ type: 'block-end', choice, block: open.block })
    open = undefined
  }
  const closeCall = (index: number, how: 'complete' | 'cut', out: ChatEvent[]) => {
    const call = calls.get(index)
    if (call === undefined) return
    calls.delete(index)
    // Calls of functions without parameters stream no arguments.
    if (call.streamed === 'nothing' && how === 'complete') {
      out.push({ type: 'delta', choice, block: call.block, text: '{}' })
    }
    out.push({ type: 'block-end', choice, block: call.block })
  }
  const close = (how: 'complete' | 'cut', out: ChatEvent[]) => {
    closeSpoken(out)
    for (const index of [...calls.keys()]) closeCall(index, how, out)
  }
  const blockOf = (kind: Spoken, index: number, out: ChatEvent[]): number => {
    if (open?.kind === kind && open.index === index) return open.block
    close('complete', out)
    const block = kind === 'plan' ? start({ kind: 'reasoning' }, out, PLAN) : start({ kind }, out)
    open = { kind, index, block }
    return block
  }

  return {
    say: (kind, index, text, logprobs, out) => {
      if (text === '' && logprobs === undefined) return
      const delta = { type: 'delta', choice, block: blockOf(kind, index, out), text } as const
      out.push(logprobs === undefined ? delta : { ...delta, logprobs })
    },
    plan: (text, out) => {
      if (text !== '') out.push({ type: 'delta', choice, block: blockOf('plan', 0, out), text })
    },
    cite: (value, out) => {
      const block = open?.block ?? blockOf('text', 0, out)
      out.push({ type: 'annotation', choice, block, dialect: NAME, value })
    },
    call: (index, id, name, out) => {
      closeSpoken(out)
      closeCall(index, 'complete', out)
      called = true
      const kind = { kind: 'tool-call', id: id ?? newId(blocks), name, call: 'function' } as const
      calls.set(index, { block: start(kind, out), streamed: 'nothing' })
    },
    argue: (index, text, out) => {
      const call = calls.get(index)
      if (call === undefined) throw new GatewayError('upstream_error', 'the provider sent arguments without a call')
      if (text === '') return
      call.streamed = 'something'
      out.push({ type: 'delta', choice, block: call.block, text })
    },
    endCall: (index, out) => closeCall(index, 'complete', out),
    close,
    called: () => called,
  }
}
