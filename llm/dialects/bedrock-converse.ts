import { isObject, type JsonObject } from '../../core/json.js'
import type { Dialect } from '../../core/provider.js'
import { decodeEvents } from './bedrock-converse/decode-events.js'
import { decodeRequest } from './bedrock-converse/decode-request.js'
import { encodeEvents } from './bedrock-converse/encode-events.js'
import { encodeInSteps, encodeRequest } from './bedrock-converse/encode-request.js'
import { decodeError, encodeError, encodeStreamError } from './bedrock-converse/errors.js'
import { DIALECT } from './bedrock-converse/words.js'

/** Amazon Bedrock's Converse and ConverseStream: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export const bedrockConverse: Dialect = {
  name: DIALECT,
  task: 'chat',
  decodeRequest,
  encodeRequest,
  encodeInSteps,
  patchRequest,
  decodeEvents,
  encodeEvents,
  // Usage is always on these streams; no client can ask for it to be left out.
  hideUsage: (frame) => frame,
  // Binary frames cannot be told from their last bytes alone.
  mustRead: () => true,
  decodeError,
  encodeError,
  encodeStreamError,
}

/** The model stands in the path; only the cap can have to change. */
function patchRequest(body: JsonObject, _model: string, outputCap?: number): Readonly<Record<string, JsonObject>> {
  const config = isObject(body['inferenceConfig']) ? body['inferenceConfig'] : {}
  const asked = config['maxTokens']
  if (outputCap === undefined || (typeof asked === 'number' && asked <= outputCap)) return {}
  return { inferenceConfig: { ...config, maxTokens: outputCap } }
}
