import { isObject, type JsonObject } from '../../core/json.js'
import type { Provider } from '../../core/provider.js'
import { anthropicCountTokens } from '../dialects/anthropic-count-tokens.js'
import { geminiCountTokens } from '../dialects/gemini-count-tokens.js'
import { anthropic } from './anthropic.js'
import { gemini } from './gemini.js'
import { vertexAnthropic, vertexFor, vertexGemini } from './vertex.js'
import { spellings } from './without-members.js'

/** Anthropic's count of a prompt. */
export const anthropicCounting: Provider = {
  ...anthropic,
  dialect: anthropicCountTokens,
  build(body, target) {
    const wire = anthropic.build(body, target)
    return { ...wire, path: `${wire.path}/count_tokens` }
  },
}

/** The same on Vertex AI, where one model's name stands for all (https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens). */
const vertexAnthropicCounting: Provider = {
  ...vertexAnthropic,
  dialect: anthropicCountTokens,
  adjust: ({ model }) => ({
    members: {
      anthropic_version: 'vertex-2023-10-16',
      ...(typeof model === 'string' && { model: model.replace(/^anthropic\//, '') }),
    },
    dropped: [],
  }),
  build: (body, target) => vertexAnthropic.build(body, { ...target, model: 'count-tokens', stream: false }),
}

/** Gemini's count of a prompt. */
export const geminiCounting: Provider = {
  ...gemini,
  dialect: geminiCountTokens,
  adjust: undefined,
  build: (body, target) => countingPath(gemini.build(body, { ...target, stream: false })),
}

/** The same on Vertex AI, which counts the members of a request and not a request as a whole. */
const vertexGeminiCounting: Provider = {
  ...vertexGemini,
  dialect: geminiCountTokens,
  adjust(body, target) {
    const [name, inner] = wholeRequest(body) ?? []
    if (name === undefined) return vertexGemini.adjust?.(body, target) ?? { members: {}, dropped: [] }
    const { members, dropped } = vertexGemini.adjust?.({ ...body, ...inner }, target) ?? { members: {}, dropped: [] }
    return { members: { ...inner, ...members, [name]: undefined, model: undefined }, dropped }
  },
  build: (body, target) => countingPath(vertexGemini.build(body, { ...target, stream: false })),
}

/** The APIs of a model on Vertex AI: its maker's, and that maker's way to count. */
export function vertexServing(model: string): readonly [Provider, ...Provider[]] {
  const api = vertexFor(model)
  return [api, api === vertexAnthropic ? vertexAnthropicCounting : vertexGeminiCounting]
}

function countingPath(wire: ReturnType<Provider['build']>): ReturnType<Provider['build']> {
  return { ...wire, path: wire.path.replace(/:generateContent$/, ':countTokens') }
}

function wholeRequest(body: JsonObject): readonly [name: string, request: JsonObject] | undefined {
  for (const name of spellings('generateContentRequest')) {
    const request = body[name]
    if (isObject(request)) return [name, request]
  }
  return undefined
}
