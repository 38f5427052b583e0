import { NOBODY } from '../../core/identity.js'
import type { JsonObject } from '../../core/json.js'
import type { PromptCount } from '../../core/meter.js'
import type { Call, RequestContent } from '../../core/policy.js'
import type { ModelLimits } from '../../core/provider.js'
import type { Target } from '../../core/settings.js'
import { openai } from '../../llm/providers/openai.js'
import { chatRequestOf } from '../support/chat-request.js'

export const chatRequest = chatRequestOf()

/** A target of a provider that is never called. */
export function target(name: string, limits: ModelLimits = {}): Target {
  const upstream = {
    name,
    provider: openai,
    credentials: {},
    authority: 'p.test',
    scheme: 'https',
    basePath: '',
    cluster: name,
  } as const
  return { name, upstream, model: 'm', limits }
}

/** Without a `ceiling` of its own a prompt that nobody should count is known to be empty, any other may have any length. */
export function call(
  targets: readonly Target[],
  prompt?: PromptCount,
  ceiling = prompt ? Number.POSITIVE_INFINITY : 0,
): Call {
  return {
    id: 'r',
    identity: NOBODY,
    targets,
    targetsOf: () => undefined,
    receivedAt: 0,
    content: contentOf({}),
    notes: { found: {}, hits: [] },
    signal: () => new AbortController().signal,
    countPrompt: () => {
      if (!prompt) throw new Error('nobody should count here')
      return prompt
    },
    promptCeiling: () => ceiling,
  }
}

/** A body that nobody can tell the content of, unless a dialect's way is among `more`. */
export function contentOf(body: JsonObject, more: Partial<RequestContent> = {}): RequestContent {
  const plain = {
    contentOf: undefined,
    sourceOf: undefined,
    files: [],
    duplicates: () => false,
    kept: {},
  } as const
  return { ...plain, ...more, body }
}
