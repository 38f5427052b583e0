import type { ChatEvent } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { callReader } from './call-reader.js'
import { finishReason, finishWordIn } from './finish.js'
import { logprobsOf } from './logprobs.js'
import { listOf, withCamelNames } from './members.js'
import { NAME } from './name.js'
import { readSignature } from './signature.js'

type Spoken = 'text' | 'reasoning'

/** What a candidate says of its sources. It stands beside the content, and belongs to the text. */
const SOURCES = ['groundingMetadata', 'citationMetadata', 'urlContextMetadata']

/** Reads one candidate of an answer, whole or chunk by chunk; each method adds its events to `out`. */
export interface CandidateReader {
  /** `candidate` has the names of its own members in camelCase. */
  read(candidate: JsonObject, out: ChatEvent[]): void
  close(out: ChatEvent[]): void
  /** Whether the candidate has said why it stopped. Older models say so in every chunk. */
  finished(): boolean
  finish(out: ChatEvent[]): void
}

/** Turns parts into blocks. `newId` names the calls that came without an id. */
export function candidateReader(choice: number, newId: (block: number) => string): CandidateReader {
  let blocks = 0
  let open: { readonly kind: Spoken; readonly block: number } | undefined
  let word: string | undefined

  const calls = callReader({ choice, nextBlock: () => blocks++, newId })
  const closeSpoken = (out: ChatEvent[]) => {
    if (open !== undefined) out.push({ type: 'block-end', choice, block: open.block })
    open = undefined
  }
  const close = (out: ChatEvent[]) => {
    closeSpoken(out)
    calls.close(out)
  }
  const blockOf = (kind: Spoken, out: ChatEvent[]): number => {
    if (open?.kind === kind) return open.block
    close(out)
    open = { kind, block: blocks++ }
    out.push({ type: 'block-start', choice, block: open.block, start: { kind } })
    return open.block
  }
  const say = (kind: Spoken, text: string, out: ChatEvent[], logprobs?: JsonValue) => {
    if (text === '' && logprobs === undefined) return
    const delta = { type: 'delta', choice, block: blockOf(kind, out), text } as const
    out.push(logprobs === undefined ? delta : { ...delta, logprobs })
  }

  /** A signature is a block of reasoning without text, before the part that it stands on; thoughts have it on their own. */
  const sign = (wire: string, of: Spoken | 'other', out: ChatEvent[]) => {
    const { signature } = readSignature(wire)
    if (signature === undefined) return
    if (of !== 'reasoning') close(out)
    out.push({ type: 'signature', choice, block: blockOf('reasoning', out), signature })
    closeSpoken(out)
  }

  const readPart = (wire: JsonObject, logprobs: JsonValue | undefined, out: ChatEvent[]) => {
    const part = withCamelNames(wire)
    const text = part['text']
    const signature = part['thoughtSignature']
    const signed = typeof signature === 'string' && signature !== '' ? signature : undefined
    if (part['thought'] === true && (typeof text === 'string' || signed !== undefined)) {
      if (typeof text === 'string') say('reasoning', text, out)
      if (signed !== undefined) sign(signed, 'reasoning', out)
      return
    }
    const call = part['functionCall']
    if (isObject(call)) {
      if (signed !== undefined) sign(signed, 'other', out)
      closeSpoken(out)
      calls.read(call, out)
    } else if (typeof text === 'string') {
      if (signed !== undefined) sign(signed, 'text', out)
      say('text', text, out, logprobs)
    } else readOther(wire, signed, out)
  }

  /** Server-side tools, their results, media that the model made: with their signature as they came. */
  const readOther = (value: JsonObject, signed: string | undefined, out: ChatEvent[]) => {
    const names = Object.keys(value).filter((name) => name !== 'thoughtSignature' && name !== 'thought')
    if (names.length === 0) {
      if (signed !== undefined) sign(signed, 'other', out)
      return
    }
    close(out)
    const block = blocks++
    out.push({ type: 'block-start', choice, block, start: { kind: 'opaque', dialect: NAME, value } })
    out.push({ type: 'block-end', choice, block })
  }

  const annotate = (candidate: JsonObject, out: ChatEvent[]) => {
    for (const name of SOURCES) {
      const sources = candidate[name]
      if (!isObject(sources) || Object.keys(sources).length === 0) continue
      const block = blockOf('text', out)
      out.push({ type: 'annotation', choice, block, dialect: NAME, value: { [name]: sources } })
    }
  }

  return {
    read: (candidate, out) => {
      const content = candidate['content']
      const parts = (isObject(content) ? listOf(content['parts']) : []).filter(isObject)
      const logprobs = logprobsOf(candidate['logprobsResult'])
      // The tokens are not told apart by part; thoughts have none.
      const spoken = logprobs && parts.find((part) => typeof part['text'] === 'string' && part['thought'] !== true)
      for (const part of parts) readPart(part, part === spoken ? logprobs : undefined, out)
      annotate(candidate, out)
      word = finishWordIn(candidate['finishReason']) ?? word
    },
    close,
    finished: () => word !== undefined,
    finish: (out) => {
      close(out)
      const raw = word ?? ''
      out.push({ type: 'finish', choice, reason: finishReason(raw, calls.any() ? 'functions' : 'nothing'), raw })
    },
  }
}
