import { GatewayError } from './errors.js'
import type { JsonObject } from './json.js'
import { type Overrides, permits } from './overrides.js'
import { jsonReply, type Reply } from './reply.js'
import type { ModelRoute, Settings } from './settings.js'

const MODELS = '/v1/models'

/** Whether the path asks for the list of models or for one of them. */
export const isModelsPath = (path: string) => path === MODELS || path.startsWith(`${MODELS}/`)

/** `GET /v1/models` and `GET /v1/models/{id}`, as far as the route's clients may see them, in OpenAI's form; ids arrive percent-encoded. */
export function listModels(
  path: string,
  settings: Settings,
  requestId: string,
  overrides: Overrides | undefined,
): Reply {
  const entry = (model: ModelRoute): JsonObject => ({
    id: model.name,
    object: 'model',
    created: settings.loadedAt,
    owned_by: model.targets[0]?.upstream.name ?? 'tollgate',
  })
  if (path === MODELS) {
    const models = [...settings.models.values()].filter(({ name }) => permits(overrides, name))
    return jsonReply(200, { object: 'list', data: models.map(entry) }, requestId)
  }
  const id = decoded(path.slice(MODELS.length + 1))
  const model = permits(overrides, id) ? settings.models.get(id) : undefined
  if (!model) {
    throw modelNotFound(id)
  }
  return jsonReply(200, entry(model), requestId)
}

/** The 404 for a model name that the configuration does not have; the name is echoed short. */
export function modelNotFound(name: string): GatewayError {
  const shown = name.length > 100 ? `${name.slice(0, 100)}...` : name
  return new GatewayError('model_not_found', `The model '${shown}' does not exist here.`, { param: 'model' })
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
