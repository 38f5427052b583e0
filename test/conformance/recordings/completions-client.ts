import OpenAI from 'openai'
import type { JsonObject } from '../../../core/json.js'
import { openaiCompletions } from '../../../llm/dialects/openai-completions.js'
import { type Answer, noAnswer } from '../answer-shape.js'
import { chatUsage } from './chat-reader.js'
import { CLIENT_TIMEOUT, type ClientPlace, type ConformanceClient } from './client.js'
import { listAt, numberAt, stringAt } from './members.js'
import { openaiError } from './openai-error.js'
import { completionsProjection } from './projection.js'

/** The `openai` package's legacy completions. */
export function completionsClient({ url }: ClientPlace): ConformanceClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'client', maxRetries: 0, timeout: CLIENT_TIMEOUT })
  return {
    dialect: openaiCompletions,
    projection: completionsProjection,
    async ask(request, { model, stream }) {
      // The client's types describe what OpenAI accepts; recordings hold what anybody ever sent.
      const body = { ...request, model, ...(stream && { stream }) } as unknown as OpenAI.CompletionCreateParams
      try {
        const answer: unknown = await client.completions.create(body)
        if (!stream) return [{ by: 'the body', answer: addTo(noAnswer, answer as JsonObject) }]
        return [{ by: 'the chunks', answer: await addedUp(answer as AsyncIterable<JsonObject>) }]
      } catch (error) {
        return [{ by: 'the client', answer: { ...noAnswer, error: openaiError(error, 'at once') } }]
      }
    },
  }
}

/** What had come before an error is kept. */
async function addedUp(chunks: AsyncIterable<JsonObject>): Promise<Answer> {
  let answer = noAnswer
  try {
    for await (const chunk of chunks) answer = addTo(answer, chunk)
    return answer
  } catch (error) {
    return { ...answer, error: openaiError(error, 'in a stream') }
  }
}

function addTo(answer: Answer, body: JsonObject): Answer {
  const choice = listAt(body, 'choices').find((each) => (numberAt(each, 'index') ?? 0) === 0) ?? {}
  return {
    ...answer,
    text: answer.text + (stringAt(choice, 'text') ?? ''),
    finish: stringAt(choice, 'finish_reason') ?? answer.finish,
    usage: chatUsage(body) ?? answer.usage,
  }
}
