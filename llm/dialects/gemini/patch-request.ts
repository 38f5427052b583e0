import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { withoutForeignThinking } from './foreign-thinking.js'

/**
 * The members that must change in a client's own body: an output cap that is missing or too high, contents with what another
 * provider thought, and the model where the client repeats it. The model that counts stands in the path. The client's own
 * spelling of a member stays.
 */
export function patchRequest(body: JsonObject, model: string, outputCap?: number): Readonly<Record<string, JsonValue>> {
  const contents = withoutForeignThinking(body['contents'], model)
  return {
    ...(typeof body['model'] === 'string' ? { model: model.includes('/') ? model : `models/${model}` } : {}),
    ...(outputCap === undefined ? {} : lowerCap(body, outputCap)),
    ...(contents && { contents }),
  }
}

function lowerCap(body: JsonObject, outputCap: number): Readonly<Record<string, JsonValue>> {
  const name = 'generation_config' in body ? 'generation_config' : 'generationConfig'
  const config = isObject(body[name]) ? body[name] : {}
  const cap = 'max_output_tokens' in config ? 'max_output_tokens' : 'maxOutputTokens'
  const asked = config[cap]
  return typeof asked === 'number' && asked <= outputCap ? {} : { [name]: { ...config, [cap]: outputCap } }
}
