import type { ChatRequest } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Drop } from '../anthropic-messages/encode-blocks.js'
import type { ModelTraits } from './models.js'

/**
 * Writes `temperature`, `top_p` and `top_k` as far as the model takes them; what is left out or changed is reported,
 * unless leaving it out means the same.
 */
export function encodeSampling(
  request: ChatRequest,
  traits: ModelTraits,
  thinking: 'on' | 'off',
  drop: Drop,
): JsonObject {
  const { temperature, topP, topK } = request
  if (traits.sampling === 'none') {
    if (temperature !== undefined && temperature !== 1) drop('temperature')
    if (topP !== undefined && topP !== 1) drop('top_p')
    if (topK !== undefined) drop('top_k')
    return {}
  }
  const sent: { temperature?: number; top_p?: number; top_k?: number } = {}
  if (temperature !== undefined) {
    // OpenAI's scale goes to 2. While thinking only the default is taken.
    const clamped = thinking === 'on' ? 1 : Math.min(1, Math.max(0, temperature))
    if (clamped !== temperature) drop('temperature')
    if (clamped === temperature || thinking === 'off') sent.temperature = clamped
  }
  if (topP !== undefined) {
    const one = traits.sampling === 'one' && sent.temperature !== undefined
    if (!one && (thinking === 'off' || topP >= 0.95)) sent.top_p = topP
    else if (topP !== 1) drop('top_p')
  }
  if (topK !== undefined) {
    if (thinking === 'off') sent.top_k = topK
    else drop('top_k')
  }
  return sent
}
