import type { JsonObject } from '../../../core/json.js'
import { event } from '../answers.js'
import { checkCohere } from './cohere-check.js'
import { USAGE } from './script.js'
import { checkEnvelope, type Envelope, type Said, type StrictApi } from './strict-api.js'

const USED: JsonObject = {
  billed_units: { input_tokens: USAGE.input, output_tokens: USAGE.output },
  tokens: { input_tokens: USAGE.input, output_tokens: USAGE.output },
}

/** Cohere's v2 chat: https://docs.cohere.com/reference/chat-stream */
export function cohereApi(envelope: Envelope): StrictApi {
  return {
    read(call) {
      checkEnvelope(call, envelope)
      return checkCohere(call.body)
    },
    whole: (said) => ({
      ...{ id: 'c-1', finish_reason: finishOf(said), usage: USED },
      message: {
        role: 'assistant',
        ...(said.thought !== undefined && { tool_plan: said.thought }),
        ...(said.pieces.length > 0 && { content: [{ type: 'text', text: said.pieces.join('') }] }),
        ...(said.calls.length > 0 && { tool_calls: said.calls.map(callOf) }),
      },
    }),
    stream: (said) => {
      const events = eventsOf(said)
      if (said.end === 'complete') return events
      const failed = event('message-end', { delta: { finish_reason: 'ERROR', usage: USED } })
      return [...events.slice(0, 2 + said.pieces.length), failed]
    },
    streamType: 'text/event-stream',
    error: (_, message) => ({ id: 'e-1', message }),
  }
}

const finishOf = ({ calls }: Said) => (calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE')

const callOf = ({ name, args }: Said['calls'][number], position: number): JsonObject => ({
  ...{ id: `${name}_xdg7qn8p818${position}`, type: 'function', function: { name, arguments: JSON.stringify(args) } },
})

function eventsOf(said: Said): readonly string[] {
  const { thought, pieces, calls } = said
  return [
    event('message-start', {
      id: 'c-1',
      delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [] } },
    }),
    ...(thought === undefined ? [] : [event('tool-plan-delta', { delta: { message: { tool_plan: thought } } })]),
    ...(pieces.length === 0
      ? []
      : [
          event('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } }),
          ...pieces.map((text) => event('content-delta', { index: 0, delta: { message: { content: { text } } } })),
          event('content-end', { index: 0 }),
        ]),
    ...calls.flatMap((one, index) => {
      const { id, type } = callOf(one, index)
      const text = JSON.stringify(one.args)
      const started = { id, type, function: { name: one.name, arguments: '' } }
      return [
        event('tool-call-start', { index, delta: { message: { tool_calls: started } } }),
        ...[text.slice(0, 5), text.slice(5)].map((piece) =>
          event('tool-call-delta', { index, delta: { message: { tool_calls: { function: { arguments: piece } } } } }),
        ),
        event('tool-call-end', { index }),
      ]
    }),
    event('message-end', { delta: { finish_reason: finishOf(said), usage: USED } }),
    'data: [DONE]\n\n',
  ]
}
