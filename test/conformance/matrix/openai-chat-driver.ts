import OpenAI, { APIError } from 'openai'
import { type Ask, CLIENT_KEY, type Driver, type Heard, MOST_TOKENS, WEATHER } from './conversation.js'
import { withoutParsed } from './without-parsed.js'

type Message = OpenAI.ChatCompletionMessageParam

/** The `openai` package's chat completions. */
export function openaiChatDriver(url: string): Driver {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 })
  return {
    name: 'openai-chat',
    lacks: [],
    start(first) {
      let settings = settingsOf(first)
      const messages: Message[] = [...systemOf(first), userMessage(first)]
      let calls: readonly OpenAI.ChatCompletionMessageToolCall[] = []
      return {
        async send(model, manner) {
          const body = { ...settings, model, messages, max_completion_tokens: MOST_TOKENS }
          let pieces = 0
          let completion: OpenAI.ChatCompletion
          if (manner === 'whole') completion = await client.chat.completions.create(body)
          else {
            const stream = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } })
            stream.on('content', () => pieces++)
            completion = await stream.finalChatCompletion()
          }
          const [choice] = completion.choices
          if (!choice) throw new Error('The answer has no choice.')
          messages.push(withoutParsed(choice.message))
          calls = choice.message.tool_calls ?? []
          return heard(completion, pieces)
        },
        giveResults(results) {
          for (const [index, content] of results.entries()) {
            messages.push({ role: 'tool', tool_call_id: calls[index]?.id ?? '', content })
          }
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

const systemOf = ({ system }: Ask): readonly Message[] =>
  system === undefined ? [] : [{ role: 'developer', content: system }]

function userMessage({ text, image }: Ask): Message {
  if (!image) return { role: 'user', content: text }
  const url = `data:${image.mediaType};base64,${image.base64}`
  const content = [
    { type: 'text' as const, text },
    { type: 'image_url' as const, image_url: { url } },
  ]
  return { role: 'user', content }
}

function settingsOf({ weather, schema, stop }: Ask) {
  return {
    ...(weather && {
      tools: [{ type: 'function' as const, function: { ...WEATHER, parameters: { ...WEATHER.parameters } } }],
      tool_choice: weather === 'must be called' ? ('required' as const) : ('auto' as const),
    }),
    ...(schema && {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: 'report', schema: { ...schema }, strict: true },
      },
    }),
    ...(stop && { stop: [...stop] }),
  }
}

function heard({ choices, usage }: OpenAI.ChatCompletion, pieces: number): Heard {
  const [choice] = choices
  const finishes: Readonly<Record<string, Heard['finish']>> = { stop: 'stop', tool_calls: 'tools' }
  return {
    text: choice?.message.content ?? '',
    calls: (choice?.message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function' ? [{ name: call.function.name, args: JSON.parse(call.function.arguments) }] : [],
    ),
    finish: finishes[choice?.finish_reason ?? ''] ?? 'something else',
    tokens: { input: usage?.prompt_tokens ?? 0, output: usage?.completion_tokens ?? 0 },
    pieces,
  }
}
