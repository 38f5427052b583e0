import { createHash } from 'node:crypto'
import { z } from 'zod'
import { OWN_NAMES } from '../admin/authenticate.js'
import { attributesIn } from '../admin/certificate.js'
import { type Principal, ROLES } from '../admin/operation.js'
import type { AdminSettings, CertificateName, ClientSettings, TokenSettings } from '../admin/settings.js'
import { keyed, section } from './maps.js'
import { choice } from './rule-values.js'
import { text } from './values.js'

/** What a file of PEM is, by its absolute path, or what is wrong with it. */
export type PemFile = (
  path: string,
) => { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string }

export interface AdminSurroundings {
  readonly certificates: PemFile
  readonly privateKey: PemFile
}

const LEAST_TOKEN = 16
const RESERVED: readonly string[] = Object.values(OWN_NAMES)

/** The section `admin`: who may call the admin API, as what, and with which certificate it answers. */
export function admin(surroundings: AdminSurroundings) {
  return section({
    tokens: z.array(tokenEntry(), { error: 'must be a list of tokens' }).default([]),
    tls: tls(surroundings).optional(),
    clients: z.array(clientEntry(), { error: 'must be a list of clients' }).default([]),
  })
    .superRefine(checkNames)
    .superRefine(checkTokens)
    .superRefine(({ tls, clients }, context) => {
      if (clients.length === 0 || tls?.clientCaFile !== undefined) return
      const message = 'needs tls.clientCaFile, the authorities that their certificates come from'
      context.addIssue({ code: 'custom', path: ['clients'], message })
    })
    .transform(
      ({ tokens, clients, tls }): AdminSettings => ({
        tokens: tokens.map(({ token, ...who }): TokenSettings => ({ principal: principalOf(who), token })),
        clients: clients.map(
          ({ subject, san, ...who }): ClientSettings => ({
            principal: principalOf(who),
            certificate: certificateName(subject, san),
          }),
        ),
        tls,
      }),
    )
}

const ONE_NAME = '1 to 64 of A-Z a-z 0-9 . _ - @'

/** What tokens and clients have in common: whose they are. */
function who() {
  const named = (what: string) => text(what).max(256, { error: `must be ${what} of at most 256 characters` })
  return {
    name: text(`a name: ${ONE_NAME}`)
      .regex(/^[A-Za-z0-9._@-]{1,64}$/, { error: `must be a name: ${ONE_NAME}` })
      .refine((name) => !RESERVED.includes(name), {
        error: `must not be ${RESERVED.join(' or ')}: the trail means others by it`,
      }),
    role: choice(ROLES, 'a role'),
    teams: z
      .array(named('the name of a team'), { error: 'must be a list of teams' })
      .refine((teams) => new Set(teams).size === teams.length, { error: 'must not name a team twice' })
      .default([]),
    user: named('the name of a user').optional(),
  }
}

type Who = Omit<Principal, 'user'> & { readonly user?: string | undefined }

function tokenEntry() {
  const what = `a token of at least ${LEAST_TOKEN} printable ASCII characters without spaces`
  return keyed({
    ...who(),
    token: z
      .string({ error: `must be ${what}` })
      .regex(new RegExp(`^[\\x21-\\x7e]{${LEAST_TOKEN},}$`), { error: `must be ${what}` }),
  }).superRefine(checkScope)
}

function clientEntry() {
  const subject = 'the whole subject of a certificate such as CN=ops,O=Acme'
  const san = 'dns:NAME or uri:NAME, an alternative name of a certificate'
  return keyed({
    ...who(),
    subject: text(subject)
      .refine((written) => attributesIn(written).every((one) => /^[A-Za-z0-9.]+=[^\n]+$/.test(one)), {
        error: `must be ${subject}`,
      })
      .optional(),
    san: text(san)
      .regex(/^(dns|uri):[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/, { error: `must be ${san}` })
      .optional(),
  })
    .superRefine(checkScope)
    .superRefine((entry, context) => {
      if ((entry.subject === undefined) !== (entry.san === undefined)) return
      context.addIssue({ code: 'custom', message: 'must have either subject or san' })
    })
}

function certificateName(subject: string | undefined, san: string | undefined): CertificateName {
  if (subject !== undefined) return { kind: 'subject', attributes: attributesIn(subject) }
  const name = (san ?? '').slice('dns:'.length)
  return { kind: san?.startsWith('uri:') ? 'uri' : 'dns', name }
}

function principalOf({ name, role, teams, user }: Who): Principal {
  return { name, role, teams, ...(user !== undefined && { user }) }
}

/** A scope that means nothing is a misunderstanding, and one that is missing would show nothing at all. */
function checkScope({ role, teams, user }: Omit<Who, 'name'>, context: z.core.$RefinementCtx): void {
  const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
  switch (role) {
    case 'admin':
    case 'auditor':
      if (teams.length > 0) refuse('teams', `has no use with the role ${role}, which sees everything; remove it`)
      if (user !== undefined) refuse('user', `has no use with the role ${role}, which sees everything; remove it`)
      return
    case 'team-lead':
      if (teams.length === 0) refuse('teams', 'must name the teams that are led')
      if (user !== undefined) refuse('user', 'has no use with the role team-lead; remove it')
      return
    case 'developer':
      if (user === undefined) refuse('user', 'must name the user whose own things a developer sees')
  }
}

type Named = { readonly name: string }

function checkNames(
  { tokens, clients }: { readonly tokens: readonly Named[]; readonly clients: readonly Named[] },
  context: z.core.$RefinementCtx,
): void {
  const all = [...tokens, ...clients].map(({ name }) => name)
  for (const [list, entries] of [
    ['tokens', tokens],
    ['clients', clients],
  ] as const) {
    for (const [index, { name }] of entries.entries()) {
      if (all.indexOf(name) === all.lastIndexOf(name)) continue
      const message = 'is the name of more than one token or client; each needs a name of its own'
      context.addIssue({ code: 'custom', path: [list, index, 'name'], message })
    }
  }
}

function checkTokens(
  { tokens }: { readonly tokens: readonly { readonly token: string }[] },
  context: z.core.$RefinementCtx,
): void {
  const digests = tokens.map(({ token }) => createHash('sha256').update(token).digest('hex'))
  for (const [index, digest] of digests.entries()) {
    if (digests.indexOf(digest) === index) continue
    const message = `is the same as that of tokens[${digests.indexOf(digest)}]; each needs one of its own`
    context.addIssue({ code: 'custom', path: ['tokens', index, 'token'], message })
  }
}

function tls({ certificates, privateKey }: AdminSurroundings) {
  const pem = (what: string, read: PemFile) =>
    text(what).transform((path, context) => {
      const found = read(path)
      if (found.ok) return found.path
      context.addIssue({ code: 'custom', message: found.message })
      return z.NEVER
    })
  return keyed({
    certFile: pem('the path of a PEM file with a certificate and those that it comes from', certificates),
    keyFile: pem("the path of a PEM file with the certificate's private key", privateKey),
    clientCaFile: pem("the path of a PEM file with the authorities of clients' certificates", certificates).optional(),
  })
}
