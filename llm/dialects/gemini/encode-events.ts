import { type ChatEvent, type ChatRequest, mergeUsage, type Usage } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { bodyFrame } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { finishWord } from './finish.js'
import { logprobsResult } from './logprobs.js'
import { NAME } from './name.js'
import { joinedParts, type PartWriter, partWriter, type WrittenPart } from './part-writer.js'
import { usageMetadata } from './usage.js'

interface Choice {
  readonly writer: PartWriter
  /** All parts, for a body. */
  readonly parts: WrittenPart[]
  readonly logprobs: JsonValue[]
  /** What stands beside the content: sources. */
  beside: JsonObject
  finish: string | undefined
}

/**
 * Writes an answer as Google sends it: a stream's chunks, or one body. Finish, sources and usage are in the last chunk.
 * An error has a writer of its own, `encodeStreamError`.
 */
export function encodeEvents({ stream }: ChatRequest): Transform<ChatEvent, Frame> {
  let head: JsonObject = {}
  let usage: Usage | undefined
  const choices = new Map<number, Choice>()

  const choiceOf = (index: number): Choice => {
    const known = choices.get(index)
    if (known !== undefined) return known
    const choice: Choice = { writer: partWriter(), parts: [], logprobs: [], beside: {}, finish: undefined }
    choices.set(index, choice)
    return choice
  }

  const write = (index: number, written: readonly WrittenPart[]): readonly Frame[] => {
    if (written.length === 0) return []
    if (!stream) {
      const choice = choiceOf(index)
      for (const one of written) {
        choice.parts.push(one)
        if (one.logprobs !== undefined) choice.logprobs.push(one.logprobs)
      }
      return []
    }
    return written.map(({ part, logprobs }) => {
      const tokens = logprobs === undefined ? undefined : logprobsResult([logprobs])
      const candidate = candidateOf(index, [part], tokens === undefined ? {} : { logprobsResult: tokens })
      return event({ candidates: [candidate], ...head })
    })
  }

  const last = (index: number, choice: Choice): JsonObject => {
    const rest = choice.writer.rest()
    const ending = { finishReason: choice.finish ?? 'OTHER', ...choice.beside }
    if (stream) {
      const [held] = rest
      return candidateOf(index, [held?.part ?? { text: '' }], ending)
    }
    const tokens = logprobsResult(choice.logprobs)
    const logprobs = tokens === undefined ? {} : { logprobsResult: tokens }
    return candidateOf(index, joinedParts([...choice.parts, ...rest]), { ...ending, ...logprobs })
  }

  const end = (): readonly Frame[] => {
    const candidates = [...choices].sort(([a], [b]) => a - b).map(([index, choice]) => last(index, choice))
    const counted = usage === undefined ? {} : { usageMetadata: usageMetadata(usage) }
    const body = { candidates, ...counted, ...head }
    return [stream ? event(body) : bodyFrame(body)]
  }

  const push = (each: ChatEvent): readonly Frame[] => {
    switch (each.type) {
      case 'start':
        head = headOf(each)
        return []
      case 'block-start':
      case 'delta':
      case 'signature':
      case 'block-end':
        return write(each.choice, choiceOf(each.choice).writer.push(each))
      case 'annotation': {
        if (each.dialect !== NAME) return []
        const choice = choiceOf(each.choice)
        choice.beside = { ...choice.beside, ...each.value }
        return []
      }
      case 'finish':
        choiceOf(each.choice).finish = finishWord(each)
        return []
      case 'usage':
        usage = usage === undefined ? each.usage : mergeUsage(usage, each.usage)
        return []
      case 'end':
        return end()
      case 'embedding':
      case 'error':
        return []
    }
  }
  return { push, end: () => [] }
}

function candidateOf(index: number, parts: readonly JsonObject[], beside: JsonObject): JsonObject {
  return { content: { parts, role: 'model' }, ...beside, index }
}

function headOf({ id, model, created }: Extract<ChatEvent, { type: 'start' }>): JsonObject {
  return {
    modelVersion: model,
    ...(created === undefined || Math.abs(created) > LAST_SECOND ? {} : { createTime: timeOf(created) }),
    ...(id === '' ? {} : { responseId: id }),
  }
}

/** The last second that a `Date` can hold. */
const LAST_SECOND = 8.64e12
const timeOf = (seconds: number) => new Date(seconds * 1000).toISOString()

const event = (chunk: JsonObject): Frame => ({ type: 'event', event: '', data: JSON.stringify(chunk) })
