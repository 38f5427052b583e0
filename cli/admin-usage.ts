/** How a command that calls the admin API is written: in one line, and line by line. */
interface Usage {
  readonly usage: string
  readonly details: string
}

const PLACE = `  The running Tollgate is at TOLLGATE_BIND and TOLLGATE_ADMIN_PORT, or at --url URL; TOLLGATE_ADMIN_TOKEN is shown to it,
  or a client certificate: --cert FILE --cert-key FILE; --ca FILE is the authority of its own.`

export const KEYS: Usage = {
  usage: 'keys list | issue | show | update | rotate | revoke | delete',
  details: `  keys list [--team T] [--user U] [--state S]
  keys issue --name NAME [--user U] [--team T] [--organization O] [--role R] [BOUNDS]
  keys show ID
  keys update ID [--name NAME] [BOUNDS] [--clear models|networks|tags|budgets|expires]...
  keys rotate ID [--overlap 1h]
  keys revoke ID
  keys delete ID
  BOUNDS: [--model M]... [--network CIDR]... [--tag NAME=VALUE]... [--budget 10usd/month]... [--expires 90d|TIME]
  With --json the answer as it is. The text of a new key is alone on stdout.
${PLACE}`,
}

export const SPEND: Usage = {
  usage: 'spend [--by model,day] [--from DATE] [--to DATE] [--csv | --json]',
  details: `  --by: up to five of model, provider, upstreamModel, team, user, key, organization, route, label, hour, day, month, tag:NAME
  --zone Europe/Berlin: where days begin
  only what is: [--model M]... [--provider P]... [--team T]... [--user U]... [--key ID]... [--organization O]... [--route R]...
    [--label L]... [--upstreamModel M]... [--tag NAME=VALUE]...
${PLACE}`,
}

export const BUDGET: Usage = {
  usage: 'budget show [NAME] | forecast [NAME] | reset KEY | raise KEY --by N',
  details: `  budget show [NAME] [--json]
  budget forecast [NAME] [--json]
  budget reset KEY
  budget raise KEY --by AMOUNT | --limit AMOUNT     dollars or a whole number, until the window ends
${PLACE}`,
}

export const TRAIL: Usage = {
  usage: 'trail [--from TIME] [--to TIME] [--json]',
  details: `  [--principal NAME] [--operation ID] [--limit N]
${PLACE}`,
}

export const AUDIT: Usage = {
  usage: 'audit report | show | delete',
  details: `  audit report [--from TIME] [--to TIME] [--format html|csv]
  audit show [--from TIME] [--to TIME] [--user U] [--team T] [--model M] [--status S] [--limit N] [--json]
  audit delete [--user U] [--team T] [--organization O] [--key ID] [--role R] [--route R] [--address A]
${PLACE}`,
}
