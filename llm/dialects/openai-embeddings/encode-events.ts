import type { ChatEvent, ChatRequest, Vector } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { bodyFrame } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { writeVector } from '../embeddings/vector.js'

/**
 * Collects an answer and writes it at its `end` as one body, in the order of the inputs and in the encoding that the client
 * asked for. Throws `upstream_error` where an input has no vector, or a vector has no input.
 */
export function encodeEvents({ messages, embedding, model }: ChatRequest): Transform<ChatEvent, Frame> {
  const vectors = new Map<number, Vector>()
  let answered = ''
  let prompt = 0

  const body = (): Frame => {
    const data = messages.map((_, index) => {
      const vector = vectors.get(index)
      if (!vector || vectors.size !== messages.length) throw wrongNumber(vectors.size, messages.length)
      return { object: 'embedding', index, embedding: writeVector(vector, embedding?.encodingFormat ?? 'float') }
    })
    // The members have to be there; 0 is what OpenAI's clients read as unknown.
    const usage = { prompt_tokens: prompt, total_tokens: prompt }
    return bodyFrame({ object: 'list', data, model: answered || model, usage })
  }

  return {
    push(event) {
      if (event.type === 'start') answered = event.model
      else if (event.type === 'embedding') vectors.set(event.index, event.vector)
      else if (event.type === 'usage') prompt = event.usage.prompt ?? prompt
      return event.type === 'end' ? [body()] : []
    },
    end: () => [],
  }
}

function wrongNumber(vectors: number, inputs: number): GatewayError {
  return new GatewayError('upstream_error', `The provider sent ${vectors} vectors for ${inputs} inputs.`)
}
