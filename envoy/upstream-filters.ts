import { DIRECT_HEADER, routeKey } from '../extproc/names.js'
import { DIRECT_SCRIPT } from './direct-script.js'
import { upstreamLevelFilter } from './ext-proc-filter.js'
import type { ProviderCluster } from './plan.js'
import { scriptFilter } from './script-filter.js'

/**
 * Tollgate's filters in a provider's cluster: the upstream level, and for requests that are answered directly, and are meant for this very
 * cluster, the script in its place.
 */
export function upstreamFilters({ name, keys }: Pick<ProviderCluster, 'name' | 'keys'>): readonly object[] {
  const key = routeKey(name)
  return [
    skipped(upstreamLevelFilter(keys), isDirectFor(key)),
    skipped(scriptFilter('tollgate.direct', DIRECT_SCRIPT), { not_matcher: isDirectFor(key) }),
  ]
}

/** The filter, passed over where the request's headers match. */
function skipped(filter: { readonly name: string; readonly typed_config: object }, predicate: object): object {
  return {
    name: filter.name,
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher',
      extension_config: filter,
      xds_matcher: {
        matcher_list: {
          matchers: [
            {
              predicate,
              on_match: {
                action: {
                  name: 'skip',
                  typed_config: {
                    '@type': 'type.googleapis.com/envoy.extensions.filters.common.matcher.action.v3.SkipFilter',
                  },
                },
              },
            },
          ],
        },
      },
    },
  }
}

function isDirectFor(key: string): object {
  return {
    single_predicate: {
      input: {
        name: DIRECT_HEADER,
        typed_config: {
          '@type': 'type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput',
          header_name: DIRECT_HEADER,
        },
      },
      value_match: { exact: key },
    },
  }
}
