import { isObject, type JsonObject, parseJson } from '../../core/json.js'
import type { Frame, Provider } from '../../core/provider.js'
import { anthropicMessages } from '../dialects/anthropic-messages.js'
import { EXCEPTION } from '../framing/aws-eventstream.js'
import { BEDROCK_OPTIONS, bedrockBaseUrl, modelRequest } from './bedrock-endpoint.js'
import { signForBedrock } from './bedrock-sign.js'

/**
 * Claude on Amazon Bedrock in its own Messages API, through InvokeModel and InvokeModelWithResponseStream: the model and
 * whether to stream stand in the path, and events come as base64 within Bedrock's
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html).
 */
export const bedrockInvoke: Provider = {
  kind: 'bedrock-invoke',
  dialect: anthropicMessages,
  options: BEDROCK_OPTIONS,
  baseUrlFor: bedrockBaseUrl,
  adjust: (body) => ({
    members: {
      anthropic_version: 'bedrock-2023-05-31',
      model: undefined,
      stream: undefined,
      // Bedrock has service tiers of its own and refuses Anthropic's.
      service_tier: undefined,
    },
    dropped: body['service_tier'] === undefined ? [] : ['service_tier'],
  }),
  build: (body, target) => modelRequest(body, target, target.stream ? 'invoke-with-response-stream' : 'invoke'),
  unwrap,
  sign: signForBedrock,
}

/** Anthropic's event from a `chunk`, or its `error` event for an exception; anything else stays as it is. */
function unwrap(frame: Frame): Frame {
  if (frame.type === 'body') return frame
  const value = parseJson(frame.data)
  if (!isObject(value)) return frame
  if (frame.event.startsWith(EXCEPTION)) return errorEvent(frame.event.slice(EXCEPTION.length), value)
  const { bytes } = value
  if (typeof bytes !== 'string') return frame
  const data = Buffer.from(bytes, 'base64').toString('utf8')
  const inner = parseJson(data)
  const type = isObject(inner) ? inner['type'] : undefined
  return { type: 'event', event: typeof type === 'string' ? type : '', data }
}

/** Anthropic's words for Bedrock's exceptions. */
const TYPES: Readonly<Record<string, string>> = {
  accessdeniedexception: 'permission_error',
  modeltimeoutexception: 'timeout_error',
  serviceunavailableexception: 'overloaded_error',
  throttlingexception: 'rate_limit_error',
  validationexception: 'invalid_request_error',
}

function errorEvent(name: string, { message }: JsonObject): Frame {
  const key = name.toLowerCase()
  const type = (Object.hasOwn(TYPES, key) ? TYPES[key] : undefined) ?? 'api_error'
  const error = { type, message: typeof message === 'string' ? message : name }
  return { type: 'event', event: 'error', data: JSON.stringify({ type: 'error', error }) }
}
