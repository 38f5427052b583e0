import { named, type SecretRule, token } from '../rule.js'

/** Observability, search, maps, directories and other services. */
export const SERVICES: readonly SecretRule[] = [
  named('adafruit_api_key', 'adafruit', '{slug:32}'),
  named('adobe_client_id', 'adobe', '{hex:32}'),
  token('adobe_client_secret', 'p8e-{alnum:32}'),
  named('airtable_api_key', 'airtable', '{alnum:17}'),
  token('airtable_personal_token', 'pat{alnum:14}.{hex:64}'),
  named('algolia_api_key', 'algolia', '{alnum:32}'),
  named('asana_client', 'asana', '{digit:16}', '{alnum:32}'),
  named('confluent_key', 'confluent', '{alnum:16}', '{alnum:64}'),
  named('datadog_key', 'datadog|dd api key|dd app key', '{alnum:40}', '{hex:32}'),
  named('dropbox_token', 'dropbox', '{alnum:15}', '{alnum:11}AAAAAAAAAA{padded:43}', 'sl.{padded:135}'),
  { name: 'dynatrace_token', shapes: ['dt0c01.{alnum:24}.{alnum:64}'], entropy: 3.8 },
  { name: 'grafana_api_key', shapes: ['eyJrIjoi{base64:70-400}{pad:0-3}'], entropy: 3 },
  token('grafana_cloud_token', 'glc_{base64:32-400}{pad:0-3}'),
  token('grafana_service_token', 'glsa_{alnum:32}_{Hex:8}'),
  named('looker_client', 'looker', '{alnum:20}', '{alnum:24}'),
  token('mapbox_token', 'pk.{alnum:60}.{alnum:22}', 'sk.{alnum:60}.{alnum:22}'),
  token('new_relic_key', 'NRJS-{hex:19}', 'NRII-{slug:32}', 'NRAK-{alnum:27}'),
  named('new_relic_id', 'new relic|newrelic', '{alnum:64}'),
  { name: 'notion_token', shapes: ['ntn_{digit:11}{alnum:35}', 'secret_{alnum:43}'], entropy: 3.8 },
  { name: 'okta_token', labelled: { names: ['okta'], shapes: ['00{padded:40}'] }, entropy: 3.8 },
  named('rapidapi_key', 'rapidapi|rapid api', '{slug:50}'),
  named('sentry_token', 'sentry', '{hex:64}'),
  {
    name: 'sentry_org_token',
    shapes: ['sntrys_eyJpYXQiO{base64:20-400}{pad:0-2}_{base64:43}'],
    entropy: 4,
    check: namesRegion,
  },
  { name: 'sentry_user_token', shapes: ['sntryu_{hex:64}'], entropy: 3.2 },
  { name: 'sumologic_access_id', labelled: { names: ['sumo'], shapes: ['su{alnum:12}'] }, entropy: 2.8 },
  { name: 'sumologic_access_key', labelled: { names: ['sumo'], shapes: ['{alnum:64}'] }, entropy: 3 },
]

/** `region_url` in any of its three alignments in base64. */
function namesRegion(value: string): boolean {
  return /LCJyZWdpb25fdXJs|InJlZ2lvbl91cmwi|cmVnaW9uX3VybCI6/.test(value)
}
