import type { HeaderOf } from './endpoint.js'
import { GatewayError } from './errors.js'
import type { Identity } from './identity.js'
import type { JsonObject } from './json.js'
import { type Overrides, permits } from './overrides.js'
import { jsonReply, type Reply } from './reply.js'
import type { ModelRoute, Settings } from './settings.js'

/** Who asks for models, and for which. */
export interface ModelsQuestion {
  /** Without the query; ids in it are percent-encoded. */
  readonly path: string
  readonly query: string
  readonly requestId: string
  header(name: string): string | undefined
  readonly identity: Identity
  readonly overrides?: Overrides
}

/** How one vendor's API lists its models. */
interface Form {
  readonly path: string
  entry(model: ModelRoute, loadedAt: number): JsonObject
  list(models: readonly ModelRoute[], query: URLSearchParams, loadedAt: number): JsonObject
}

const OPENAI = '/v1/models'
const GEMINI = '/v1beta/models'

/** Whether the path asks for a list of models or for one of them. */
export const isModelsPath = (path: string) => isBelow(path, OPENAI) || isBelow(path, GEMINI)

/** Whether a question after models is asked by a client of Anthropic's API, which has OpenAI's path: its clients name a version. */
export const asksAsAnthropic = (path: string, header: HeaderOf) =>
  isBelow(path, OPENAI) && header('anthropic-version') !== undefined

const isBelow = (path: string, root: string) => path === root || path.startsWith(`${root}/`)

/**
 * `GET /v1/models` and `GET /v1beta/models`, each also with `/{id}`, as far as the route's clients may see the models. In OpenAI's
 * form, in Anthropic's for its clients, in Gemini's on its own path. Throws `model_not_found`, and `malformed_request` for pages
 * that there cannot be.
 */
export function listModels(question: ModelsQuestion, settings: Settings): Reply {
  const { path, query, requestId, identity, overrides } = question
  const form = formOf(question)
  const isSeen = (model: ModelRoute) => permits(overrides, model.name) && settings.mayUse?.(identity, model) !== false
  if (path === form.path) {
    const models = [...settings.models.values()].filter(isSeen)
    return jsonReply(200, form.list(models, new URLSearchParams(query), settings.loadedAt), requestId)
  }
  const id = decoded(path.slice(form.path.length + 1))
  const model = settings.models.get(id)
  if (!model || !isSeen(model)) throw modelNotFound(id)
  return jsonReply(200, form.entry(model, settings.loadedAt), requestId)
}

function formOf({ path, header }: ModelsQuestion): Form {
  if (isBelow(path, GEMINI)) return gemini
  return asksAsAnthropic(path, header) ? anthropic : openai
}

/** https://platform.openai.com/docs/api-reference/models */
const openai: Form = {
  path: OPENAI,
  entry: ({ name, targets }, loadedAt) => ({
    id: name,
    object: 'model',
    created: loadedAt,
    owned_by: targets[0]?.upstream.name ?? 'tollgate',
  }),
  list: (models, _query, loadedAt) => ({ object: 'list', data: models.map((model) => openai.entry(model, loadedAt)) }),
}

/** https://platform.claude.com/docs/en/api/models-list; pages begin after one id or end before another. */
const anthropic: Form = {
  path: OPENAI,
  entry: ({ name }, loadedAt) => ({
    type: 'model',
    id: name,
    display_name: name,
    created_at: new Date(loadedAt * 1000).toISOString(),
  }),
  list(models, query, loadedAt) {
    const limit = pageSize(query.get('limit'), 20, 'limit')
    const after = indexAt(models, query.get('after_id'), 'after_id')
    const before = indexAt(models, query.get('before_id'), 'before_id')
    const from = before === undefined ? (after ?? -1) + 1 : Math.max((after ?? -1) + 1, before - limit)
    const shown = models.slice(from, Math.min(before ?? models.length, from + limit))
    const left = before === undefined ? models.length - from - shown.length : from - ((after ?? -1) + 1)
    return {
      data: shown.map((model) => anthropic.entry(model, loadedAt)),
      has_more: left > 0,
      first_id: shown[0]?.name ?? null,
      last_id: shown.at(-1)?.name ?? null,
    }
  },
}

/** https://ai.google.dev/api/models; a page's token is the name of the last model before it. */
const gemini: Form = {
  path: GEMINI,
  entry({ name, targets }) {
    const { contextWindow, maxOutput } = targets[0]?.limits ?? {}
    return {
      name: `models/${name}`,
      version: '1',
      displayName: name,
      ...(contextWindow !== undefined && { inputTokenLimit: contextWindow }),
      ...(maxOutput !== undefined && { outputTokenLimit: maxOutput }),
      supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
    }
  },
  list(models, query, loadedAt) {
    const limit = pageSize(query.get('pageSize'), 50, 'pageSize')
    const from = (indexAt(models, query.get('pageToken'), 'pageToken') ?? -1) + 1
    const shown = models.slice(from, from + limit)
    const more = from + shown.length < models.length
    return {
      models: shown.map((model) => gemini.entry(model, loadedAt)),
      ...(more && { nextPageToken: shown.at(-1)?.name }),
    }
  },
}

const LARGEST_PAGE = 1000

/** How many models a page may have; 0 and nothing are the API's own number. */
function pageSize(asked: string | null, usual: number, param: string): number {
  if (asked === null || asked === '' || asked === '0') return usual
  if (!/^\d{1,9}$/.test(asked)) throw malformed(param, `must be a number from 1 to ${LARGEST_PAGE}`)
  return Math.min(Number(asked), LARGEST_PAGE)
}

/** Where the named model stands. */
function indexAt(models: readonly ModelRoute[], name: string | null, param: string): number | undefined {
  if (name === null || name === '') return undefined
  const index = models.findIndex((model) => model.name === name)
  if (index === -1) throw malformed(param, 'names no model that is here')
  return index
}

function malformed(param: string, why: string): GatewayError {
  return new GatewayError('malformed_request', `'${param}' ${why}.`, { param })
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
