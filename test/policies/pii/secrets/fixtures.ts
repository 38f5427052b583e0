/**
 * What texts say of rules, as templates of `sample`: the formats are written out again from the vendors' descriptions, so that a
 * slip in a rule is seen. « and » stand around what is found.
 */
export interface SecretFixture {
  readonly rule: string
  readonly accepts: readonly string[]
  readonly rejects: readonly string[]
}

export const SECRET_FIXTURES: readonly SecretFixture[] = [
  {
    rule: 'aws_access_key_id',
    accepts: ['id «AKIA{base32:16}»,', '"\\n«ASIA{base32:16}»"'],
    rejects: [
      'AKIA{base32:15}',
      'AKIA{base32:17}',
      'AKIAIOSFODNN7EXAMPLE',
      'AKIAXXXXXXXXXXXXXXXX',
      'TODAYINASIA{base32:16}',
    ],
  },
  {
    rule: 'github_token',
    accepts: ['«ghp_{alnum:36}»', 'url=https://«ghs_{alnum:36}»@github.com'],
    rejects: ['ghp_{alnum:35}', 'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'ghx_{alnum:36}'],
  },
  {
    rule: 'github_fine_grained_token',
    accepts: ['«github_pat_{alnum:22}_{alnum:59}»'],
    rejects: ['github_pat_{alnum:22}'],
  },
  {
    rule: 'gitlab_personal_token',
    accepts: ['«glpat-{alnum:20}»', '«glpat-{alnum:30}.{lower:9}»'],
    rejects: ['glpat-{alnum:12}'],
  },
  {
    rule: 'npm_token',
    accepts: ['//registry/:_authToken=«npm_{alnum:36}»'],
    rejects: ['npm_{alnum:20}', 'npm_config_registry_default_location_x'],
  },
  {
    rule: 'openai_api_key',
    accepts: ['«sk-proj-{alnum:74}T3BlbkFJ{alnum:74}»', '«sk-{alnum:20}T3BlbkFJ{alnum:20}»'],
    rejects: ['sk-{alnum:48}', 'sk-proj-{alnum:20}'],
  },
  {
    rule: 'anthropic_api_key',
    accepts: ['«sk-ant-api03-{alnum:93}AA»'],
    rejects: ['sk-ant-api03-{alnum:93}BB', 'sk-ant-api03-{alnum:60}AA'],
  },
  { rule: 'anthropic_admin_key', accepts: ['«sk-ant-admin01-{alnum:93}AA»'], rejects: ['sk-ant-admin01-{alnum:93}BB'] },
  {
    rule: 'huggingface_token',
    accepts: ['«hf_{letter:34}»'],
    rejects: ['hf_{letter:20}', 'hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
  },
  {
    rule: 'slack_bot_token',
    accepts: ['«xoxb-{digit:12}-{digit:12}-{alnum:24}»'],
    rejects: ['xoxb-xoxb-my-bot-token', 'xoxb-12345-abcd234'],
  },
  {
    rule: 'slack_webhook_url',
    accepts: ['https://«hooks.slack.com/services/T{upper:8}/B{upper:8}/{alnum:24}»'],
    rejects: ['https://hooks.slack.com/services/'],
  },
  {
    rule: 'stripe_key',
    accepts: ['«sk_live_{alnum:24}»', '«rk_test_{alnum:99}»'],
    rejects: ['pk_live_{alnum:24}', 'task_test_{alnum:24}'],
  },
  { rule: 'sendgrid_api_key', accepts: ['«SG.{alnum:22}.{alnum:43}»'], rejects: ['SG.{alnum:22}'] },
  {
    rule: 'gcp_api_key',
    accepts: ['key=«AIza{alnum:35}»&q=1'],
    rejects: ['AIza{alnum:30}', 'AIzaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  },
  {
    rule: 'azure_client_secret',
    accepts: ['secret «{alnum:3}8Q~{alnum:34}»'],
    rejects: ['~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~', '{alnum:3}8Q~{alnum:10}'],
  },
  {
    rule: 'terraform_cloud_token',
    accepts: ['«{alnum:14}.atlasv1.{alnum:67}»'],
    rejects: ['{alnum:13}.atlasv1.{alnum:67}'],
  },
  { rule: 'vault_service_token', accepts: ['«hvs.{alnum:95}»'], rejects: ['hvs.{alnum:20}'] },
  {
    rule: 'vault_legacy_token',
    accepts: ['token: «s.aB3{alnum:12}xK92mQ7wZ»'],
    rejects: ['s.AcceptanceTimeoutSeconds', 's.makeKubeConfigController', 's.xxxxxxxxxxxxxxxxxxxxxxxx'],
  },
  {
    rule: 'sentry_org_token',
    accepts: ['«sntrys_eyJpYXQiO{alnum:30}LCJyZWdpb25fdXJs{alnum:60}_{alnum:43}»'],
    rejects: ['sntrys_eyJpYXQiO{alnum:90}_{alnum:43}'],
  },
  {
    rule: 'heroku_api_key',
    accepts: ['heroku_api_key = "«{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}»"'],
    rejects: ['heroku_app = "{hex:8}-{hex:4}"', 'request = "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}"'],
  },
  {
    rule: 'etsy_token',
    accepts: ['EtsyToken = "«{lower:24}»"', 'ETSYToken: «{lower:24}»'],
    rejects: ['SetSysctl = "{lower:24}"'],
  },
  {
    rule: 'telegram_bot_token',
    accepts: ['telegramToken = "«{digit:9}:A{alnum:34}»"'],
    rejects: ['telegram = "{digit:9}:B{alnum:34}"'],
  },
  {
    rule: 'sidekiq_credentials',
    accepts: ['BUNDLE_GEMS__CONTRIBSYS__COM: "«{hex:8}:{hex:8}»"', 'https://«{hex:8}:{hex:8}»@gems.contribsys.com/'],
    rejects: ['BUNDLE_GEMS: "{hex:8}:{hex:8}"'],
  },
  {
    rule: 'private_key',
    accepts: [
      '-----«BEGIN RSA PRIVATE KEY-----\n{alnum:64}\n{alnum:64}\n{alnum:20}==\n-----END RSA PRIVATE KEY-----»\nthen',
      '-----«BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n{alnum:64}\n={alnum:4}\n-----END PGP PRIVATE KEY BLOCK-----»',
      '"-----«BEGIN PRIVATE KEY-----\\n{alnum:64}\\n{alnum:64}\\n-----END PRIVATE KEY-----»\\n"',
      '-----«BEGIN EC PRIVATE KEY-----\n{alnum:64}\n{alnum:40}\n»(cut here)',
    ],
    rejects: [
      '-----BEGIN PRIVATE KEY-----\nanything\n-----END PRIVATE KEY-----',
      '-----BEGIN PUBLIC KEY-----\n{alnum:64}\n{alnum:64}\n-----END PUBLIC KEY-----',
      '-----BEGIN OPENSSH PRIVATE KEY----------END OPENSSH PRIVATE KEY-----',
    ],
  },
  {
    rule: 'json_web_token',
    accepts: ['«eyJ{alnum:33}.eyJ{alnum:60}.{alnum:43}»'],
    rejects: ['eyJ{alnum:33}', 'eyJ{alnum:5}.eyJ{alnum:5}.{alnum:43}'],
  },
  {
    rule: 'authorization_header',
    accepts: [
      'Authorization: Bearer «{alnum:40}»',
      "-H 'Authorization: Basic «{alnum:24}»'",
      'use Bearer «{alnum:40}» there',
    ],
    rejects: [
      'Authorization: Bearer $TOKEN',
      'Authorization: Bearer XXXXXXXXXXXX',
      'Authorization: Basic ...',
      'the bearer {digit:10} came',
      'Bearer of good news',
    ],
  },
  {
    rule: 'curl_credentials',
    accepts: ['curl -u «lena:{alnum:12}» https://firm.de', "curl -s --user '«api:{alnum:6}!d»' \\\n https://firm.de"],
    rejects: [
      'curl -u user:password https://firm.de',
      'curl -u "$USER:$PASS"',
      'curl -u lena https://firm.de',
      'sort -u lena:{alnum:12}',
      'curl --user neo4j:[PASSWORD] http://firm.de',
    ],
  },
  {
    rule: 'url_password',
    accepts: [
      'postgres://lager:«{alnum:14}»@db.firm.de:5432/lager',
      'redis://:«{alnum:14}»@cache:6379',
      'https://lena:«{alnum:9}»@firm.de/x',
    ],
    rejects: [
      'postgres://user:password@localhost/dev',
      'http://firm.de:8080/a@b',
      'https://lena@firm.de',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as texts have it
      'mysql://root:${PASSWORD}@db',
    ],
  },
  {
    rule: 'kubernetes_secret',
    accepts: [
      'kind: Secret\ndata:\n  user: «{alnum:24}»\n',
      'data:\n  user: "«{alnum:16}»"\nkind: "Secret"\n',
      'kind: Secret\ndata:\n  .dockercfg: >\n    «{alnum:60}»\n',
    ],
    rejects: [
      'kind: ConfigMap\ndata:\n  user: {alnum:24}\n',
      'kind: ExternalSecret\ndata:\n  user: {alnum:24}\n',
      'kind: Secret\ndata:\n  user: YWRt\n',
      'kind: Secret\n---\ndata:\n  user: {alnum:24}\n',
      'kind: Secret\nmetadata:\n  name: {alnum:24}\n',
    ],
  },
  {
    rule: 'assigned_password',
    accepts: [
      'password = "«k7{alnum:12}»"',
      '<add key="Password" value="«k7{alnum:12}»" />',
      'DB_PASSWORD=«k7!{alnum:8}»',
    ],
    rejects: [
      'password = "changeme"',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as texts have it
      'password = "${db.password}"',
      'PASS: TestGroveCache/velvet_39',
      'password_length = "k7{alnum:12}"',
      'password = os.environ["DB"]',
      'PuttyPassword=0',
    ],
  },
  {
    rule: 'assigned_secret',
    accepts: [
      'some_api_token_123 = "«{alnum:40}»"',
      'mySecretString=«{alnum:30}»',
      'private-key: «{alnum:64}»',
      'var apiKey string = `«{alnum:32}»`',
      '{"access_token":"«{alnum:32}»"}',
      '<genericToken>\n    «{alnum:32}»\n</genericToken>',
      'System.setProperty("API_KEY", "«{alnum:32}»")',
    ],
    rejects: [
      'public_key = "{alnum:43}"',
      'primaryKey={alnum:30}',
      'credentialsId: "{alnum:32}"',
      'api_version=rc0.13.0_20230412_0712-SNAPSHOT',
      'secret_length = X25519.secret_length',
      'csrf-token={alnum:40}',
      'keyword: "Befaehigung_P2"',
      'token v1.2.3 h1:{alnum:43}=',
      'access_token_url="{alnum:32}"',
      'token: {alnum:32}(',
    ],
  },
]
