import type { JsonObject } from '../../../core/json.js'
import { checkConverse } from './converse-check.js'
import { type BedrockEvent, bedrockMessage } from './eventstream.js'
import { USAGE, VENDOR_WORDS } from './script.js'
import { checkEnvelope, type Said, type StrictApi } from './strict-api.js'

const USED: JsonObject = {
  inputTokens: USAGE.input,
  outputTokens: USAGE.output,
  totalTokens: USAGE.input + USAGE.output,
}
const callId = (position: number) => `tooluse_kZJMlvQmRJ6eAyJE5GIl7Q${position}`

/**
 * Bedrock's Converse and ConverseStream below the path of a model:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export function converseApi(path: string, key: string): StrictApi {
  return {
    read(call) {
      const stream = call.path === `${path}/converse-stream`
      const expected = `${path}/${stream ? 'converse-stream' : 'converse'}`
      checkEnvelope(call, { path: expected, header: 'authorization', value: `Bearer ${key}` })
      return checkConverse(call.body, path, stream)
    },
    whole: (said) => ({
      output: { message: { role: 'assistant', content: blocksOf(said) } },
      ...{ stopReason: stopReason(said), usage: USED, metrics: { latencyMs: 1 } },
    }),
    stream(said) {
      const events = eventsOf(said).map(bedrockMessage)
      if (said.end === 'complete') return events
      const failure = { exception: 'modelStreamErrorException', payload: { message: VENDOR_WORDS } }
      return [...events.slice(0, 1 + said.pieces.length), bedrockMessage(failure)]
    },
    streamType: 'application/vnd.amazon.eventstream',
    error: (_, message) => ({ message }),
    errorHeaders: (status) => ({ 'x-amzn-errortype': EXCEPTIONS[status] ?? 'InternalServerException' }),
  }
}

const EXCEPTIONS: Readonly<Record<number, string>> = {
  ...{ 400: 'ValidationException', 403: 'AccessDeniedException', 404: 'ResourceNotFoundException' },
  429: 'ThrottlingException',
}

const stopReason = ({ calls }: Said) => (calls.length > 0 ? 'tool_use' : 'end_turn')

const blocksOf = ({ thought, pieces, calls }: Said): readonly JsonObject[] => [
  ...(thought === undefined ? [] : [{ reasoningContent: { reasoningText: { text: thought, signature: 'sig-1' } } }]),
  ...(pieces.length === 0 ? [] : [{ text: pieces.join('') }]),
  ...calls.map(({ name, args }, position) => ({ toolUse: { toolUseId: callId(position), name, input: args } })),
]

function eventsOf(said: Said): readonly BedrockEvent[] {
  const { thought, pieces, calls } = said
  const blocks: readonly (readonly [start: JsonObject | undefined, deltas: readonly JsonObject[]])[] = [
    ...(thought === undefined
      ? []
      : [
          [undefined, [{ reasoningContent: { text: thought } }, { reasoningContent: { signature: 'sig-1' } }]] as const,
        ]),
    // A text begins with its first delta.
    ...(pieces.length === 0 ? [] : [[undefined, pieces.map((text) => ({ text }))] as const]),
    ...calls.map(({ name, args }, position) => {
      const input = JSON.stringify(args)
      const deltas = [input.slice(0, 5), input.slice(5)].map((piece) => ({ toolUse: { input: piece } }))
      return [{ toolUse: { toolUseId: callId(position), name } }, deltas] as const
    }),
  ]
  return [
    { type: 'messageStart', payload: { role: 'assistant' } },
    ...blocks.flatMap(([start, deltas], contentBlockIndex) => [
      ...(start === undefined ? [] : [{ type: 'contentBlockStart', payload: { contentBlockIndex, start } }]),
      ...deltas.map((delta) => ({ type: 'contentBlockDelta', payload: { contentBlockIndex, delta } })),
      { type: 'contentBlockStop', payload: { contentBlockIndex } },
    ]),
    { type: 'messageStop', payload: { stopReason: stopReason(said) } },
    { type: 'metadata', payload: { usage: USED, metrics: { latencyMs: 1 } } },
  ]
}
