import { type Changes, type JsonBody, readJsonBody, readLongJsonBody, spliceMembers } from './members.js'
import { type MultipartBody, readMultipart, spliceFields } from './multipart.js'
import { isMultipart } from './multipart-headers.js'
import { inTurns, LONG, type Steps, type Turns } from './turns.js'

/** A client's request as it came, read once, so that single members can be replaced in its bytes. */
export type ClientBody = JsonBody | MultipartBody

/** Reads a body: JSON, and forms where `form` allows them; a long one in turns. Throws `malformed_request`. */
export function readClientBody(
  bytes: Uint8Array,
  contentType: string,
  form: 'multipart' | undefined,
  turns: Turns,
): ClientBody | Promise<ClientBody> {
  // Only the parts of a form that are text are read, and its bytes searched natively.
  if (form === 'multipart' && isMultipart(contentType)) return readMultipart(bytes, contentType)
  return bytes.length > LONG ? inTurns(readLongJsonBody(bytes), turns) : readJsonBody(bytes)
}

/** The body with these members replaced, added, or taken away where the change is undefined; of a form only replaced. */
export function changedBody(body: ClientBody, changes: Changes): Steps<Uint8Array> {
  switch (body.form) {
    case 'json':
      return spliceMembers(body, changes)
    case 'multipart':
      return spliceFields(body, changes)
  }
}
