import {
  ApiError,
  type Content,
  FunctionCallingConfigMode,
  type GenerateContentConfig,
  type GenerateContentResponse,
  GoogleGenAI,
  type Part,
} from '@google/genai'
import type { JsonObject } from '../../../core/json.js'
import { type Ask, CLIENT_KEY, type Driver, type Heard, MOST_TOKENS, WEATHER } from './conversation.js'

/** The `@google/genai` package's models, with an API key. */
export function geminiDriver(url: string): Driver {
  const client = new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: url, timeout: 15_000 } })
  return {
    name: 'gemini',
    lacks: [],
    start(first) {
      let settings = configOf(first)
      const contents: Content[] = [userContent(first)]
      let calls: readonly Part[] = []
      return {
        async send(model, manner) {
          const system = first.system === undefined ? {} : { systemInstruction: first.system }
          const config = { ...settings, ...system, maxOutputTokens: MOST_TOKENS }
          const chunks: GenerateContentResponse[] = []
          if (manner === 'whole') chunks.push(await client.models.generateContent({ model, contents, config }))
          else {
            for await (const chunk of await client.models.generateContentStream({ model, contents, config })) {
              chunks.push(chunk)
            }
          }
          const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? [])
          contents.push({ role: 'model', parts })
          calls = parts.filter((part) => part.functionCall)
          return heard(chunks, parts, manner === 'whole' ? 0 : chunks.length)
        },
        giveResults(results) {
          const parts = results.map((output, index) => {
            const { id, name } = calls[index]?.functionCall ?? {}
            return { functionResponse: { ...(id !== undefined && { id }), name: name ?? '', response: { output } } }
          })
          contents.push({ role: 'user', parts })
        },
        add(ask) {
          settings = configOf(ask)
          contents.push(userContent(ask))
        },
      }
    },
    errorIn(thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      return { status: thrown.status, message: thrown.message }
    },
  }
}

function userContent({ text, image }: Ask): Content {
  const picture = image ? [{ inlineData: { mimeType: image.mediaType, data: image.base64 } }] : []
  return { role: 'user', parts: [{ text }, ...picture] }
}

function configOf({ weather, schema, stop }: Ask): GenerateContentConfig {
  const { name, description, parameters } = WEATHER
  const mode = weather === 'must be called' ? FunctionCallingConfigMode.ANY : FunctionCallingConfigMode.AUTO
  return {
    ...(weather && {
      tools: [{ functionDeclarations: [{ name, description, parametersJsonSchema: parameters }] }],
      toolConfig: { functionCallingConfig: { mode } },
    }),
    ...(schema && { responseMimeType: 'application/json', responseJsonSchema: schema }),
    ...(stop && { stopSequences: [...stop] }),
  }
}

function heard(chunks: readonly GenerateContentResponse[], parts: readonly Part[], pieces: number): Heard {
  const calls = parts.flatMap(({ functionCall: call }) =>
    call ? [{ name: call.name ?? '', args: (call.args ?? {}) as JsonObject }] : [],
  )
  const finish = chunks.findLast((chunk) => chunk.candidates?.[0]?.finishReason)?.candidates?.[0]?.finishReason
  const usage = chunks.findLast((chunk) => chunk.usageMetadata)?.usageMetadata
  return {
    text: parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join(''),
    calls,
    finish: finish !== 'STOP' ? 'something else' : calls.length > 0 ? 'tools' : 'stop',
    tokens: {
      input: usage?.promptTokenCount ?? 0,
      output: (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0),
    },
    pieces,
  }
}
