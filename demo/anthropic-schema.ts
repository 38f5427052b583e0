import { z } from 'zod'

const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish()
const text = z.looseObject({ type: z.literal('text'), text: z.string(), cache_control: cacheControl })
const source = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('base64'), media_type: z.string(), data: z.base64().min(1) }),
  z.looseObject({ type: z.literal('url'), url: z.string().min(1) }),
  z.looseObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() }),
  z.looseObject({ type: z.literal('file'), file_id: z.string() }),
  z.looseObject({ type: z.literal('content') }),
])
const image = z.looseObject({ type: z.literal('image'), source, cache_control: cacheControl })
const document = z.looseObject({ type: z.literal('document'), source, cache_control: cacheControl })
const toolUse = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[\w-]+$/),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  cache_control: cacheControl,
})
const toolResult = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image, document]))]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
})
// The vendor caches neither kind of thinking on its own.
const uncached = { cache_control: z.undefined().optional() }
const thinkingBlock = z.looseObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string(),
  ...uncached,
})
const redacted = z.looseObject({ type: z.literal('redacted_thinking'), data: z.string(), ...uncached })
const blocks = z.array(
  z.discriminatedUnion('type', [text, image, document, toolUse, toolResult, thinkingBlock, redacted]),
)
const message = z.strictObject({ role: z.enum(['user', 'assistant']), content: z.union([z.string(), blocks]) })

const tool = z.looseObject({
  type: z.literal('custom').nullish(),
  name: z.string().regex(/^[\w-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  cache_control: cacheControl,
})
const parallel = { disable_parallel_tool_use: z.boolean().optional() }
const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...parallel }),
  z.strictObject({ type: z.literal('any'), ...parallel }),
  z.strictObject({ type: z.literal('tool'), name: z.string(), ...parallel }),
  z.strictObject({ type: z.literal('none') }),
])
const thinking = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
  z.looseObject({ type: z.literal('adaptive') }),
  z.looseObject({ type: z.literal('disabled') }),
])
const anything = z.unknown().optional()

/** The body of `POST /v1/messages` as the vendor's reference has it; members it does not list are refused. */
export const anthropicRequest = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z.array(message).min(1),
  system: z.union([z.string(), z.array(text)]).optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  stop_sequences: z.array(z.string()).optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  thinking: thinking.optional(),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  output_config: z
    .looseObject({ format: z.looseObject({ type: z.literal('json_schema'), schema: z.json() }).nullish() })
    .optional(),
  cache_control: cacheControl,
  container: anything,
  diagnostics: anything,
  inference_geo: anything,
  speed: anything,
  user_profile_id: anything,
  workspace_id: anything,
})

/** A request of the right shape; rules between its members are not checked yet. */
export type AnthropicRequest = z.infer<typeof anthropicRequest>
