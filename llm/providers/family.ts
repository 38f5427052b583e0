import type { Provider, ProviderFamily, ProviderOptions } from '../../core/provider.js'

/** The APIs for the same task that a target's configuration may choose from. */
export type ApiChoice = 'chat' | 'responses' | 'completions'

/** What besides its name says which APIs serve a model. */
export interface ServingPlace {
  /** The only one of the APIs for chats that the configuration wants. */
  readonly api?: ApiChoice | undefined
  /** The base URL's path. */
  readonly basePath?: string
  readonly options?: ProviderOptions
}

/** A kind whose targets may choose their API. */
export interface Family extends ProviderFamily {
  /** What they may choose; none where there is nothing to choose. */
  readonly apis: readonly ApiChoice[]
  serving(model: string, place?: ServingPlace): readonly [Provider, ...Provider[]]
}

/** The part of a kind that its first API tells. */
function kindOf({ kind, defaultBaseUrl, baseUrlFor, options }: Provider) {
  return {
    kind,
    ...(defaultBaseUrl !== undefined && { defaultBaseUrl }),
    ...(baseUrlFor && { baseUrlFor }),
    ...(options && { options }),
  }
}

/** A kind whose models are all served by the same APIs, of one task the preferred first. */
export function family(first: Provider, ...others: readonly Provider[]): Family {
  const served = [first, ...others] as const
  return { ...kindOf(first), apis: [], serving: () => served }
}

/** The APIs of a provider of OpenAI's protocol. */
export interface OpenaiApis {
  readonly chat: Provider
  readonly responses?: Provider
  readonly completions?: Provider
  /** Whether the provider's models answer Responses unless a target says otherwise. */
  readonly native?: 'responses'
  /** The one API that has this model, where its name says so. */
  only?(model: string): ApiChoice | undefined
  /** Whether an API is there at all. */
  has?(api: ApiChoice | 'others', place: Required<Pick<ServingPlace, 'basePath' | 'options'>>): boolean
  /** APIs for other tasks, and those that stand alone. */
  readonly others?: readonly Provider[]
}

/** A kind of OpenAI's protocol: chats through one of up to three APIs, and whatever else it has. */
export function openaiFamily(apis: OpenaiApis): Family {
  const { chat, responses, completions, others = [] } = apis
  const named = { chat, responses, completions }
  return {
    ...kindOf(chat),
    apis: ['chat', ...(responses ? (['responses'] as const) : []), ...(completions ? (['completions'] as const) : [])],
    serving(model, { api, basePath = '', options = {} } = {}) {
      const has = (one: ApiChoice | 'others') => apis.has?.(one, { basePath, options }) ?? true
      const rest = has('others') ? others : []
      const only = api ?? apis.only?.(model)
      const chosen = only === undefined || !has(only) ? undefined : named[only]
      if (chosen) return [chosen, ...rest]
      const second = apis.native === 'responses' && responses && has('responses') ? [responses] : []
      return [chat, ...second, ...rest]
    },
  }
}

/** Models of OpenAI's that only Responses has, and those that only legacy Completions has; by their makers' pages. */
export function openaiOnly(model: string): ApiChoice | undefined {
  const name = model.replace(/^ft:/, '')
  if (/^(o\d-pro|gpt-\d+(\.\d+)?-pro|computer-use-preview)\b|\bcodex\b|\bdeep-research\b/.test(name)) return 'responses'
  return /^(gpt-3\.5-turbo-instruct|davinci-002|babbage-002)\b/.test(name) ? 'completions' : undefined
}
