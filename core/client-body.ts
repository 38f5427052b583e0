import type { JsonValue } from './json.js'
import { type JsonBody, readJsonBody, spliceMembers } from './members.js'
import { type MultipartBody, readMultipart, spliceFields } from './multipart.js'
import { isMultipart } from './multipart-headers.js'

/** A client's request as it came, read once, so that single members can be replaced in its bytes. */
export type ClientBody = JsonBody | MultipartBody

/** Reads a body: JSON, and forms where `form` allows them. Throws `malformed_request`. */
export function readClientBody(bytes: Uint8Array, contentType: string, form: 'multipart' | undefined): ClientBody {
  if (form === 'multipart' && isMultipart(contentType)) return readMultipart(bytes, contentType)
  return readJsonBody(bytes)
}

/** The body with these members replaced, added, or taken away where the change is undefined; of a form only replaced. */
export function changedBody(body: ClientBody, changes: Readonly<Record<string, JsonValue | undefined>>): Uint8Array {
  switch (body.form) {
    case 'json':
      return spliceMembers(body, changes)
    case 'multipart':
      return spliceFields(body, changes)
  }
}
