import type { WireTarget } from '../../core/provider.js'
import { pathSegment } from './path-segment.js'

/** The parts of a target that say which of Azure's surfaces it is on. */
export type AzurePlace = Pick<WireTarget, 'basePath' | 'options'>

type Surface = 'deployments' | 'v1' | 'models'

/** Which of Azure's surfaces a target is on; see `azure`. */
export function surfaceOf({ basePath, options: { apiVersion } }: AzurePlace): Surface {
  if (/\/models\/*$/.test(basePath)) return 'models'
  if (/\/openai\/v1\/*$/.test(basePath)) return 'v1'
  // `2024-10-21`, `2025-01-01-preview`; the v1 surface has `v1` and `preview`.
  return apiVersion !== undefined && /^\d{4}-/.test(apiVersion) ? 'deployments' : 'v1'
}

/** Where an operation is found on every surface: `chat/completions`, or for all models of a resource `responses`. */
export function azurePath(target: WireTarget, operation: string, of: 'deployment' | 'resource' = 'deployment'): string {
  const { model, options } = target
  const query = options.apiVersion === undefined ? '' : `?api-version=${encodeURIComponent(options.apiVersion)}`
  const base = target.basePath.replace(/\/+$/, '')
  const root = base.replace(/\/openai(\/v1)?$/, '')
  switch (surfaceOf(target)) {
    case 'deployments': {
      const place = of === 'resource' ? '' : `deployments/${pathSegment(model)}/`
      return `${root}/openai/${place}${operation}${query}`
    }
    case 'v1':
      return `${root}/openai/v1/${operation}${query}`
    case 'models':
      return `${base}/${operation}${query}`
  }
}
