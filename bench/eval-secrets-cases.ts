/**
 * Texts with made-up secrets, put together when they are asked for: none stands in any file. `{alphabet:count}` is that many
 * characters of an alphabet, « and » stand around what is to be found.
 */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const ALNUM = LETTERS + LETTERS.toUpperCase() + DIGITS

const ALPHABETS: Readonly<Record<string, string>> = {
  digit: DIGITS,
  hex: `${DIGITS}abcdef`,
  Hex: `${DIGITS}ABCDEF`,
  lower: LETTERS + DIGITS,
  upper: LETTERS.toUpperCase() + DIGITS,
  base32: `${LETTERS.toUpperCase()}234567`,
  letter: LETTERS + LETTERS.toUpperCase(),
  pad: '=',
}

/** A source of numbers in [0, 1), the same at each run. */
export function repeatable(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 0x1_0000_0000
  }
}

/** Fills a template; of `{alphabet:least-most}` the most, at least one of padding where there may be some. */
export function sample(template: string, random: () => number): string {
  return template.replace(/\{(\w+):(\d+)(?:-(\d+))?\}/g, (_, name: string, least: string, most?: string) => {
    const alphabet = ALPHABETS[name] ?? ALNUM
    const length = Math.min(Number(most ?? least), Number(least) + 40)
    return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
  })
}

/** What everyday requests hold of secrets; what `npm run eval` checks where no other data is at hand. */
export const SECRET_CASES: readonly string[] = [
  'export AWS_ACCESS_KEY_ID=«AKIA{base32:16}»',
  'aws_secret_access_key = «{alnum:40}»',
  'git clone https://«ghp_{alnum:36}»@github.com/hafenkontor/lager.git',
  'remote: use token «github_pat_{alnum:22}_{alnum:59}» instead',
  'The pipeline fails with «glpat-{alnum:20}», why?',
  '{"openai": "«sk-proj-{alnum:74}T3BlbkFJ{alnum:74}»"}',
  'ANTHROPIC_API_KEY=«sk-ant-api03-{alnum:93}AA»',
  'client = Client("«hf_{letter:34}»")',
  'slack.token: «xoxb-{digit:12}-{digit:12}-{alnum:24}»',
  'curl -X POST https://«hooks.slack.com/services/T{upper:8}/B{upper:8}/{alnum:24}»',
  'stripe.api_key = "«sk_live_{alnum:24}»"',
  'SENDGRID=«SG.{alnum:22}.{alnum:43}»',
  'the maps key is «AIza{alnum:35}» I think',
  'NPM_TOKEN=«npm_{alnum:36}»',
  'datadog_api_key: "«{hex:32}»"',
  'const TWILIO_AUTH_TOKEN = "«{hex:32}»"',
  'DATABASE_URL=postgres://lager:«{alnum:14}»@db.hafenkontor.de:5432/lager',
  'mongodb+srv://app:«{alnum:16}»@cluster0.mongodb.net/test',
  'Authorization: Bearer «{alnum:40}»',
  'curl -u «lena:{alnum:12}» https://api.hafenkontor.de/v1/orders',
  '-----«BEGIN RSA PRIVATE KEY-----\n{alnum:64}\n{alnum:64}\n{alnum:20}==\n-----END RSA PRIVATE KEY-----»',
  '"private_key": "-----«BEGIN PRIVATE KEY-----\\n{alnum:64}\\n{alnum:64}\\n-----END PRIVATE KEY-----»\\n"',
  'session «eyJ{alnum:33}.eyJ{alnum:60}.{alnum:43}» expired',
  'password = "«{alnum:14}»"',
  'DB_PASSWORD=«{lower:6}!{alnum:8}»',
  'some_api_key: "«{alnum:32}»"',
  '- name: SESSION_SECRET\n  value: «{alnum:32}»',
  'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  user: «{alnum:24}»\n',
  '<clientSecret>\n  «{alnum:36}»\n</clientSecret>',
  'api_key = "YOUR_API_KEY_HERE"',
  'password = os.environ["DB_PASSWORD"]',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as texts have it
  'password: ${DB_PASSWORD}',
  'token_count = 1289331, max_tokens: 4096',
  'AKIAIOSFODNN7EXAMPLE is the key of the documentation',
  '"integrity": "sha512-q8Zk2LwVt0uYhB1xRr9cDdEeFfGgHh4N6jP8akusXClGZJiT61GGSdgLYigQ=="',
  'commit 9a1c33be70d24f5588e1c06b7714fd2093ab6e15',
  'primary_key = "customer_order_2024_id"',
  'postgres://user:password@localhost/dev',
  'Authorization: Bearer $TOKEN',
  'The token bucket holds 100 tokens per key.',
]
