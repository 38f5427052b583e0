import type { ChatRequest } from '../../../core/chat.js'
import type { EncodedRequest, ModelLimits } from '../../../core/provider.js'
import { atOnce, type Steps } from '../../../core/turns.js'
import { defined } from '../shared/defined.js'
import { DroppedPaths } from '../shared/dropped-paths.js'
import { emulateFormat } from '../shared/emulated-format.js'
import { encodeContents } from './encode-contents.js'
import { encodeGeneration } from './encode-generation.js'
import type { Client, Drop } from './encode-parts.js'
import { encodeTools } from './encode-tools.js'
import { withExtras } from './extras.js'
import { type ModelTraits, traitsOf } from './models.js'
import { NAME } from './name.js'

/**
 * Writes a generateContent request for the model that `request` names; the name itself goes into the path. Never throws: what
 * cannot be said is dropped and named.
 */
export const encodeRequest = (request: ChatRequest, limits: ModelLimits): EncodedRequest =>
  atOnce(encodeInSteps(request, limits))

/** The same in steps. */
export function* encodeInSteps(request: ChatRequest, limits: ModelLimits): Steps<EncodedRequest> {
  const traits = traitsOf(request.model)
  const client: Client = request.extras.dialect === NAME ? 'own' : 'other'
  // Before Gemini 3 a JSON answer and functions exclude each other.
  const exclusive = traits.generation === 'before-3' && request.tools.some(({ kind }) => kind === 'function')
  const emulation = exclusive && client === 'other' ? yield* emulateFormat(request, 'none') : undefined
  if (emulation === undefined) return yield* encode(request, { traits, limits, client })
  const { emulated, restore } = emulation
  const { body, dropped } = yield* encode(emulation.request, { traits, limits, client })
  return { body, dropped, emulated, restore }
}

interface Context {
  readonly traits: ModelTraits
  readonly limits: ModelLimits
  readonly client: Client
}

function* encode(request: ChatRequest, { traits, limits, client }: Context): Steps<EncodedRequest> {
  const paths = new DroppedPaths()
  const drop: Drop = (path) => paths.add(path)

  dropUnsayable(request, drop)
  const { system, contents } = yield* encodeContents(request, traits, client, drop)
  const { tools, toolConfig } = yield* encodeTools(request, traits, client, drop)
  const body = defined({
    systemInstruction: system.length === 0 ? undefined : { parts: system },
    contents,
    tools,
    toolConfig,
    generationConfig: encodeGeneration(request, { traits, limits, client }, drop),
    serviceTier: encodeTier(request.serviceTier, drop),
  })
  return { body: yield* withExtras(body, request, drop), dropped: [...paths] }
}

/** Reports what this API has no member for, as OpenAI's clients call it. Values that say nothing are no loss. */
function dropUnsayable(request: ChatRequest, drop: Drop): void {
  const lost = {
    logit_bias: Object.keys(request.logitBias ?? {}).length > 0,
    user: request.user !== undefined && request.user !== '',
    metadata: Object.keys(request.metadata ?? {}).length > 0,
  }
  for (const [name, isLost] of Object.entries(lost)) if (isLost) drop(name)
}

const TIERS: Readonly<Record<string, string>> = { default: 'standard', flex: 'flex', priority: 'priority' }

/** Left to the provider (`auto`) is what an absent tier is. */
function encodeTier(tier: string | undefined, drop: Drop): string | undefined {
  if (tier === undefined || tier === 'auto') return undefined
  const word = Object.hasOwn(TIERS, tier) ? TIERS[tier] : undefined
  if (word === undefined) drop('service_tier')
  return word
}
