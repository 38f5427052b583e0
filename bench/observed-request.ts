import type { ChatRequest } from '../core/chat.js'
import type { Identity } from '../core/identity.js'
import type { AttemptReport, Outcome } from '../core/outcome.js'
import type { Call } from '../core/policy.js'
import type { Target } from '../core/settings.js'
import { openaiChat } from '../llm/dialects/openai-chat.js'
import { openai } from '../llm/providers/openai.js'
import { requestBody } from './prompt.js'

/** The JSON of a chat request with a prompt of 2 KB; another text for each of 256 indices. */
export const bodyOf = (index: number) =>
  requestBody({ stream: 'no', model: 'gpt-4o', chunks: 0, intervalMs: 0 }, 2048, index)

/** That request, as the core reads it. */
export const requestOf = (index: number): ChatRequest => openaiChat.decodeRequest(JSON.parse(bodyOf(index)))

/** Where the request goes. */
export const TARGET: Target = {
  name: 'openai/gpt-4o',
  upstream: {
    name: 'openai',
    provider: openai,
    credentials: {},
    authority: 'provider.test',
    scheme: 'https',
    basePath: '/v1',
    cluster: 'openai',
  },
  model: 'gpt-4o',
  limits: { contextWindow: 128_000, maxOutput: 16_384 },
}

/** Who asks: one of a thousand users in one of 20 teams. */
export function identityOf(index: number): Identity {
  const user = index % 1000
  return { user: `user-${user}`, team: `team-${user % 20}`, organization: 'acme', tags: {} }
}

const PROMPT = { tokens: 450, upperBound: 450, exact: true }

/** What policies are told of the request, whose prompt has been counted. */
export function callOf(index: number): Call {
  return {
    id: idOf(index),
    identity: identityOf(index),
    targets: [TARGET],
    targetsOf: () => undefined,
    receivedAt: Date.now(),
    content: { body: {}, contentOf: undefined, sourceOf: undefined, files: [], duplicates: () => false, kept: {} },
    notes: { found: {}, hits: [] },
    countPrompt: () => PROMPT,
    promptCeiling: () => 2100,
    signal: () => new AbortController().signal,
  }
}

/** A request's id, as Envoy makes them. */
export const idOf = (index: number) => `6f9619ff-8b86-4011-b42d-${String(index).padStart(12, '0')}`

/** What became of the request. */
export function outcomeOf(index: number, request: ChatRequest): Outcome {
  return {
    id: idOf(index),
    path: '/v1/chat/completions',
    identity: identityOf(index),
    policyVersion: '1f0c5b2a9d7e',
    chain: [TARGET.name],
    how: 'complete',
    status: 200,
    request,
    prompt: PROMPT,
    attempts: [attemptOf(index)],
    failures: [],
    cost: 1_725_000n,
    dropped: [],
    audits: [],
    durationMs: 412.123 + (index % 97),
    firstTokenMs: 401.98 + (index % 89),
    overheadMs: 0.413 + (index % 11) / 10,
  }
}

function attemptOf(index: number): AttemptReport {
  return {
    target: TARGET,
    outcome: 'served',
    status: 200,
    upstreamId: `req_${idOf(index)}`,
    usage: { prompt: 450, completion: 60, cachedPrompt: 0, reasoning: 0 },
    usageSource: 'provider',
    cost: 1_725_000n,
    finish: 'stop',
    firstTokenMs: 401.5 + (index % 83),
    durationMs: 411.25 + (index % 79),
  }
}
