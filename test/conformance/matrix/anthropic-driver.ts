import Anthropic, { APIError } from '@anthropic-ai/sdk'
import type { JsonObject } from '../../../core/json.js'
import { type Ask, CLIENT_KEY, type Driver, type Heard, MOST_TOKENS, WEATHER } from './conversation.js'

/** The `@anthropic-ai/sdk` package's messages. */
export function anthropicDriver(url: string): Driver {
  const client = new Anthropic({ baseURL: url, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 })
  return {
    name: 'anthropic-messages',
    lacks: [],
    start(first) {
      let settings = settingsOf(first)
      const messages: Anthropic.MessageParam[] = [userMessage(first)]
      let calls: readonly Anthropic.ToolUseBlock[] = []
      return {
        async send(model, manner) {
          const system = first.system === undefined ? {} : { system: first.system }
          const body = { ...settings, ...system, model, messages, max_tokens: MOST_TOKENS }
          let pieces = 0
          let message: Anthropic.Message
          if (manner === 'whole') message = await client.messages.create(body)
          else {
            const stream = client.messages.stream(body)
            stream.on('text', () => pieces++)
            message = await stream.finalMessage()
          }
          messages.push({ role: 'assistant', content: message.content })
          calls = message.content.filter((block) => block.type === 'tool_use')
          return heard(message, pieces)
        },
        giveResults(results) {
          messages.push({
            role: 'user',
            content: results.map((content, index) => ({
              ...{ type: 'tool_result', tool_use_id: calls[index]?.id ?? '', content },
            })),
          })
        },
        add(ask) {
          settings = settingsOf(ask)
          messages.push(userMessage(ask))
        },
      }
    },
    errorIn(thrown) {
      if (!(thrown instanceof APIError)) throw thrown
      return { status: thrown.status ?? null, message: thrown.message }
    },
  }
}

function userMessage({ text, image }: Ask): Anthropic.MessageParam {
  if (!image) return { role: 'user', content: text }
  const source = { type: 'base64' as const, media_type: image.mediaType, data: image.base64 }
  return {
    role: 'user',
    content: [
      { type: 'image', source },
      { type: 'text', text },
    ],
  }
}

function settingsOf({ weather, schema, stop }: Ask) {
  const { name, description, parameters } = WEATHER
  return {
    ...(weather && {
      tools: [{ name, description, input_schema: { ...parameters, required: [...parameters.required] } }],
      tool_choice: { type: weather === 'must be called' ? ('any' as const) : ('auto' as const) },
    }),
    ...(schema && { output_config: { format: { type: 'json_schema' as const, schema: { ...schema } } } }),
    ...(stop && { stop_sequences: [...stop] }),
  }
}

function heard({ content, stop_reason: reason, usage }: Anthropic.Message, pieces: number): Heard {
  const finishes: Readonly<Record<string, Heard['finish']>> = {
    ...{ end_turn: 'stop', stop_sequence: 'stop', tool_use: 'tools' },
  }
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ name: block.name, args: block.input as JsonObject }] : [],
    ),
    finish: finishes[reason ?? ''] ?? 'something else',
    tokens: { input: usage.input_tokens, output: usage.output_tokens },
    pieces,
  }
}
