import { z } from 'zod'
import { isNetwork } from '../networks.js'

/** A value of an identity, as the gateway in front could establish it. */
const value = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,256}$/u, { error: 'must be 1 to 256 characters without control characters' })

const PARTS = ['user', 'team', 'organization', 'key', 'role', 'route'] as const

const address = z.string().refine((text) => isNetwork(text) && !text.includes('/'), { error: 'must be an IP address' })

/** Who a request is explained for. A `key` is the id of a virtual key, which then says the rest as it does for requests. */
export const AS = z.strictObject({
  ...{ user: value.optional(), team: value.optional(), organization: value.optional() },
  ...{ key: value.optional(), role: value.optional(), route: value.optional() },
  address: address.optional(),
  tags: z
    .record(z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), value, { error: 'must be an object of tag names and values' })
    .optional(),
})

export type As = z.infer<typeof AS>

/**
 * Reads `user:ann,team:red,tag.env:prod`. Values go to the next comma, and may hold colons. Returns what is wrong with the text as a
 * sentence's end where it is none.
 */
export function readAs(
  text: string,
): { readonly kind: 'read'; readonly as: As } | { readonly kind: 'faulty'; readonly why: string } {
  const parts = new Map<string, string>()
  const tags = new Map<string, string>()
  for (const pair of text.split(',').filter((pair) => pair.trim() !== '')) {
    const colon = pair.indexOf(':')
    const name = pair.slice(0, colon === -1 ? undefined : colon).trim()
    const into = name.startsWith('tag.') ? tags : parts
    const own = name.startsWith('tag.') ? name.slice('tag.'.length) : name
    if (colon === -1) return faulty(`has no colon in '${name}': it is NAME:VALUE,...`)
    if (into === parts && own !== 'address' && !PARTS.some((part) => part === own)) {
      return faulty(`knows ${PARTS.join(', ')}, address and tag.NAME, not '${own}'`)
    }
    if (into.has(own)) return faulty(`has '${name}' twice`)
    into.set(own, pair.slice(colon + 1).trim())
  }
  const read = AS.safeParse({ ...Object.fromEntries(parts), ...(tags.size > 0 && { tags: Object.fromEntries(tags) }) })
  if (read.success) return { kind: 'read', as: read.data }
  const [issue] = read.error.issues
  return faulty(`has a wrong ${issue?.path.join('.') || 'value'}: ${issue?.message ?? ''}`)
}

const faulty = (why: string) => ({ kind: 'faulty', why }) as const
