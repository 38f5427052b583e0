import { GatewayError } from './errors.js'

/** A header's parameter: its name, then its value as a token or in quotes. */
const PARAMETER = /^[ \t]*;[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"([^"]*)"|([^\s";,]+))/

/** RFC 2046, section 5.1.1; the last character is no space. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/

const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/

/** A line with one of these could be two headers, or none, to another parser. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

/** Whether this is the content type of a form. */
export const isMultipart = (contentType: string) => /^\s*multipart\//i.test(contentType)

/** The boundary that a form's content type names. Throws `malformed_request` where it names none, a bad one, or two. */
export function boundaryOf(contentType: string): string {
  const [, type, rest = ''] = /^\s*([^\s;]+)(.*)$/s.exec(contentType) ?? []
  if (type?.toLowerCase() !== 'multipart/form-data') throw badType('must be multipart/form-data')
  const boundary = parameters(rest, 'content-type').get('boundary')
  if (boundary === undefined || !BOUNDARY.test(boundary)) throw badType('must name a boundary of 1 to 70 characters')
  return boundary
}

/** What the headers of one part say: the field's name, and whether it is a file. Throws `malformed_request`. */
export function readPartHeaders(head: string): { readonly name: string; readonly kind: 'text' | 'file' } {
  const headers = new Map<string, string>()
  for (const line of head.split('\r\n')) {
    const [, name, value = ''] = HEADER.exec(line) ?? []
    if (name === undefined || CONTROL.test(line)) throw badPart('has a header that cannot be read')
    const key = name.toLowerCase()
    if (headers.has(key)) throw badPart(`has '${key}' more than once`)
    headers.set(key, value)
  }
  const encoding = headers.get('content-transfer-encoding')?.trim().toLowerCase()
  if (encoding !== undefined && !['7bit', '8bit', 'binary'].includes(encoding)) throw badPart('is encoded')
  const [, type, rest = ''] = /^([^\s;]+)(.*)$/s.exec(headers.get('content-disposition') ?? '') ?? []
  if (type?.toLowerCase() !== 'form-data') throw badPart("has no 'content-disposition: form-data'")
  const given = parameters(rest, 'content-disposition')
  const name = given.get('name')
  if (name === undefined || name === '' || given.has('name*')) throw badPart('has no name that can be read')
  // To some parsers a backslash escapes what follows, to others a percent sign does.
  if (/[\\%]/.test(name)) throw badPart('has an escape in its name')
  return { name, kind: given.has('filename') || given.has('filename*') ? 'file' : 'text' }
}

/** The parameters of a header by lower-case name. */
function parameters(text: string, header: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let rest = text.replace(/[ \t;]+$/, '')
  while (rest !== '') {
    const [all, name = '', quoted, token] = PARAMETER.exec(rest) ?? []
    const value = quoted ?? token
    // Parsers disagree on where a text ends that has an escaped quote in it, or seems to.
    if (all === undefined || value === undefined || /\\$/.test(value)) throw unreadable(header)
    const key = name.toLowerCase()
    if (found.has(key)) throw unreadable(header)
    found.set(key, value)
    rest = rest.slice(all.length)
  }
  return found
}

const badType = (why: string) =>
  new GatewayError('malformed_request', `The content type of the form ${why}.`, { param: 'content-type' })

const badPart = (why: string) => new GatewayError('malformed_request', `A part of the form ${why}.`)

const unreadable = (header: string) =>
  new GatewayError('malformed_request', `A '${header}' of the form cannot be read.`, { param: header })
