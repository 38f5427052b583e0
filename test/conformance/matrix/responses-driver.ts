import OpenAI, { APIError } from 'openai'
import { type Ask, CLIENT_KEY, type Driver, type Heard, MOST_TOKENS, WEATHER } from './conversation.js'
import { withoutParsed } from './without-parsed.js'

type Item = OpenAI.Responses.ResponseInputItem
type Called = OpenAI.Responses.ResponseFunctionToolCall

/** The `openai` package's responses, with nothing kept on the server. */
export function responsesDriver(url: string): Driver {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 })
  return {
    name: 'openai-responses',
    lacks: ['stop'],
    start(first) {
      let settings = settingsOf(first)
      const input: Item[] = [userItem(first)]
      let calls: readonly Called[] = []
      return {
        async send(model, manner) {
          const instructions = first.system === undefined ? {} : { instructions: first.system }
          const body = { ...settings, ...instructions, model, input, max_output_tokens: MOST_TOKENS, store: false }
          let pieces = 0
          let response: OpenAI.Responses.Response
          if (manner === 'whole') response = await client.responses.create(body)
          else {
            const stream = client.responses.stream(body)
            stream.on('response.output_text.delta', () => pieces++)
            response = await stream.finalResponse()
          }
          input.push(...response.output.map((item) => withoutParsed(item) as Item))
          calls = response.output.filter((item) => item.type === 'function_call')
          return heard(response, calls, pieces)
        },
        giveResults(results) {
          for (const [index, output] of results.entries()) {
            input.push({ type: 'function_call_output', call_id: calls[index]?.call_id ?? '', output })
          }
        },
        add(ask) {
          settings = settingsOf(ask)
          input.push(userItem(ask))
        },
      }
    },
    errorIn(thrown) {
      if (!(thrown instanceof APIError)) throw thrown
      return { status: thrown.status ?? null, message: thrown.message }
    },
  }
}

function userItem({ text, image }: Ask): Item {
  if (!image) return { role: 'user', content: text }
  const url = `data:${image.mediaType};base64,${image.base64}`
  return {
    role: 'user',
    content: [
      { type: 'input_text', text },
      { type: 'input_image', image_url: url, detail: 'auto' },
    ],
  }
}

function settingsOf({ weather, schema }: Ask) {
  return {
    ...(weather && {
      tools: [{ type: 'function' as const, ...WEATHER, parameters: { ...WEATHER.parameters }, strict: true }],
      tool_choice: weather === 'must be called' ? ('required' as const) : ('auto' as const),
    }),
    ...(schema && {
      text: { format: { type: 'json_schema' as const, name: 'report', schema: { ...schema }, strict: true } },
    }),
  }
}

function heard(
  { output_text: text, status, usage }: OpenAI.Responses.Response,
  calls: readonly Called[],
  pieces: number,
): Heard {
  return {
    text,
    calls: calls.map(({ name, arguments: args }) => ({ name, args: JSON.parse(args) })),
    finish: status !== 'completed' ? 'something else' : calls.length > 0 ? 'tools' : 'stop',
    tokens: { input: usage?.input_tokens ?? 0, output: usage?.output_tokens ?? 0 },
    pieces,
  }
}
