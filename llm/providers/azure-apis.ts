import type { Dialect, Provider } from '../../core/provider.js'
import { speech, transcriptions, translations } from '../dialects/governed/audio.js'
import { imageEdits, imageGenerations } from '../dialects/governed/images.js'
import { openaiCompletions } from '../dialects/openai-completions.js'
import { openaiResponses } from '../dialects/openai-responses.js'
import { azure } from './azure.js'
import { type AzurePlace, azurePath, surfaceOf } from './azure-path.js'
import { pathOf } from './governed-apis.js'

/** Responses on Azure, which all deployments of a resource share: the deployment's name is the model in the body. */
export const azureResponses: Provider = at(openaiResponses, 'responses', 'resource')

/** Legacy Completions on Azure. */
export const azureCompletions: Provider = at(openaiCompletions, 'completions')

/** What is passed on to Azure without translation. */
export const azureGoverned: readonly Provider[] = [
  ...[imageGenerations, imageEdits, speech, transcriptions, translations].map((dialect) =>
    at(dialect, pathOf(dialect).slice(1)),
  ),
]

/** The API version that Responses came with on the surface of dated versions. */
const RESPONSES_SINCE = '2025-03'

/** Whether a place on Azure has Responses. */
export function hasResponses(place: AzurePlace): boolean {
  switch (surfaceOf(place)) {
    case 'v1':
      return true
    case 'deployments':
      return (place.options.apiVersion ?? '') >= RESPONSES_SINCE
    case 'models':
      return false
  }
}

/** Whether a place on Azure has more than chat and embeddings. */
export const hasOpenai = (place: AzurePlace): boolean => surfaceOf(place) !== 'models'

function at(dialect: Dialect, operation: string, of: 'deployment' | 'resource' = 'deployment'): Provider {
  const { adjust: _adjust, ...provider } = azure
  return {
    ...provider,
    dialect,
    build: (body, target) => ({
      method: 'POST',
      path: azurePath(target, operation, of),
      headers: { 'content-type': 'application/json' },
      body,
    }),
  }
}
