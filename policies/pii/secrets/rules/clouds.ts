import { named, type SecretRule, token, UUID } from '../rule.js'

/** Clouds, hosting, secret stores and what runs there. */
export const CLOUDS: readonly SecretRule[] = [
  {
    name: 'aws_access_key_id',
    shapes: ['AKIA', 'ASIA', 'ABIA', 'ACCA'].map((kind) => `${kind}{base32:16}`),
    entropy: 3,
  },
  named('aws_secret_access_key', 'aws secret|secret access key', '{base64:40}'),
  named('aws_session_token', 'aws session token|aws security token', '{base64:100-2000}{pad:0-2}'),
  { name: 'aws_bedrock_api_key', shapes: ['ABSK{base64:109-269}{pad:0-2}'], entropy: 3 },
  { name: 'aws_bedrock_session_key', shapes: ['bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{any:0-3000}'], entropy: 0 },
  { name: 'gcp_api_key', shapes: ['AIza{slug:35}'], entropy: 3.8 },
  token('gcp_oauth_access_token', 'ya29.{slug:40-1000}'),
  token('gcp_oauth_client_secret', 'GOCSPX-{slug:28}'),
  { name: 'azure_client_secret', shapes: ['{tilde:3}{digit:1}Q~{tilde:31-34}'], entropy: 3 },
  named('azure_storage_key', 'account key|storage key|azure storage', '{base64:86}=='),
  named('azure_shared_access_key', 'shared access key', '{base64:43}='),
  { name: 'alibaba_access_key_id', shapes: ['LTAI{alnum:12-26}'], entropy: 2.5 },
  named('alibaba_secret_key', 'alibaba|aliyun', '{alnum:30}'),
  token('digitalocean_token', 'dop_v1_{hex:64}', 'doo_v1_{hex:64}', 'dor_v1_{hex:64}'),
  token('yandex_access_token', 't1.{slug:1-400}{pad:0-2}.{slug:86}{pad:0-2}'),
  token('yandex_api_key', 'AQVN{slug:35-38}'),
  named('yandex_aws_secret', 'yandex', 'YC{slug:38}'),
  named('cloudflare_api_key', 'cloudflare', '{slug:40}'),
  named('cloudflare_global_api_key', 'cloudflare', '{hex:37}'),
  token('cloudflare_origin_ca_key', 'v1.0-{hex:24}-{hex:146}'),
  named('fastly_api_token', 'fastly', '{padded:32}'),
  named('heroku_api_key', 'heroku', UUID),
  token('heroku_token', 'HRKU-AA{slug:58}'),
  token(
    'flyio_token',
    'fo1_{slug:43}',
    'fm1a_{base64:100-1500}{pad:0-3}',
    'fm1r_{base64:100-1500}{pad:0-3}',
    'fm2_{base64:100-1500}{pad:0-3}',
  ),
  token('netlify_token', 'nfp_{alnum:36}'),
  named('netlify_access_token', 'netlify', '{padded:40-46}'),
  token('scalingo_api_token', 'tk-us-{slug:48}'),
  token('planetscale_token', 'pscale_tkn_{dotted:32-64}', 'pscale_oauth_{dotted:32-64}', 'pscale_pw_{dotted:32-64}'),
  token('supabase_token', 'sbp_{hex:40}', 'sb_secret_{slug:31}'),
  token('databricks_token', 'dapi{hex:32}', 'dapi{hex:32}-{digit:1}'),
  token('clickhouse_cloud_secret', '4b1d{alnum:38}'),
  token('tailscale_key', 'tskey-{lower:2-12}-{alnum:8-24}-{alnum:20-40}'),
  token('vault_service_token', 'hvs.{slug:90-120}'),
  token('vault_batch_token', 'hvb.{slug:138-300}'),
  { name: 'vault_legacy_token', shapes: ['s.{alnum:24}'], entropy: 3.5, check: isMixed },
  { name: 'terraform_cloud_token', shapes: ['{alnum:14}.atlasv1.{padded:60-70}'], entropy: 3.5 },
  token('doppler_token', 'dp.pt.{alnum:43}', 'dp.st.{dotted:40-80}', 'dp.ct.{alnum:40-44}', 'dp.sa.{alnum:40-44}'),
  token('pulumi_access_token', 'pul-{hex:40}'),
  token('prefect_api_token', 'pnu_{alnum:36}'),
  token('infracost_api_key', 'ico-{alnum:32}'),
  token('harness_api_key', 'pat.{slug:22}.{alnum:24}.{alnum:20}', 'sat.{slug:22}.{alnum:24}.{alnum:20}'),
  token('octopus_deploy_api_key', 'API-{upper:26}'),
  token('openshift_user_token', 'sha256~{slug:43}'),
  token(
    'onepassword_secret_key',
    'A3-{upper:6}-{upper:11}-{upper:5}-{upper:5}-{upper:5}',
    'A3-{upper:6}-{upper:6}-{upper:5}-{upper:5}-{upper:5}-{upper:5}',
  ),
  { name: 'onepassword_service_token', shapes: ['ops_eyJ{base64:250-3000}{pad:0-3}'], entropy: 4 },
  { name: 'age_secret_key', shapes: ['AGE-SECRET-KEY-1{upper:58}'], entropy: 0 },
  token(
    'authress_service_key',
    ...['sc', 'ext', 'scauth', 'authress'].flatMap((kind) =>
      ['_', '-'].map((dash) => `${kind}_{lower:5-30}.{lower:4-6}.acc${dash}{slug:10-32}.{any:30-120}`),
    ),
  ),
  token('defined_networking_token', 'dnkey-{padded:79}'),
  named('cisco_meraki_api_key', 'meraki', '{hex:40}'),
  { name: 'maxmind_license_key', shapes: ['{alnum:6}_{alnum:29}_mmk'], entropy: 3.8 },
]

/** Capitals, small letters and at least two digits: words alone are names in programs. */
function isMixed(value: string): boolean {
  return /[A-Z]/.test(value) && /[a-z]{1}/.test(value.slice(2)) && /\d.*\d/.test(value)
}
