import { z } from 'zod'
import { keyed, modelName } from './maps.js'
import { listed } from './suggest.js'
import { oneOf } from './values.js'

const APIS = ['chat', 'responses', 'completions'] as const

/** A provider kind and the APIs that its targets may choose from; without these any choice is taken. */
export interface ChoosableKind {
  readonly kind: string
  readonly apis?: readonly string[]
}

/** One entry of a model's chain; `providers` are the configured ones, where they could be read. */
export function target(providers: readonly string[] | undefined) {
  return keyed({
    provider: providers === undefined ? z.string() : oneOf(providers, 'one of the configured providers'),
    model: modelName(),
    api: oneOf(APIS, 'an API').pipe(z.enum(APIS)).optional(),
  })
}

interface Configured {
  readonly providers: ReadonlyMap<string, { readonly kind: string }>
  readonly models: ReadonlyMap<string, { readonly targets: readonly { provider: string; api?: string | undefined }[] }>
}

/** Refuses an `api` that the kind of the target's provider does not have. */
export function checkApis(
  { providers, models }: Configured,
  kinds: readonly ChoosableKind[],
  context: z.RefinementCtx,
) {
  for (const [name, { targets }] of models) {
    for (const [index, { provider, api }] of targets.entries()) {
      const kind = providers.get(provider)?.kind
      const has = kinds.find((one) => one.kind === kind)?.apis
      const known = APIS.find((one) => one === api)
      if (known === undefined || has === undefined || has.includes(known)) continue
      const message = has.length === 0 ? `has no use with kind ${kind}; remove it` : `${kind} has ${listed(has)}`
      context.addIssue({ code: 'custom', path: ['models', name, 'targets', index, 'api'], message })
    }
  }
}
