/** One piece of a prompt or of an answer, as a record keeps it. */
export interface Said {
  /** Whose it is: the role of its message, `definition` for tools and formats, `request` for further members, `assistant` in answers. */
  readonly role: string
  readonly kind:
    | 'text'
    | 'refusal'
    | 'reasoning'
    | 'tool-call'
    | 'tool-result'
    | 'tool'
    | 'format'
    | 'members'
    | 'opaque'
    | 'image'
    | 'file'
    | 'audio'
  /** The name of the tool that is called. */
  readonly name?: string
  /** Absent where nothing of it is kept. */
  readonly text?: string
  /** The end of a text of which `text` is the beginning; what was between is left out. */
  readonly tail?: string
  /** UTF-16 units of all of it, where not all of it is here. */
  readonly length?: number
  /** Why nothing of it is here though there would be room: nobody can read it, so that nothing in it could be masked. */
  readonly left?: 'unreadable'
  /** The choice of an answer that it belongs to, where that is not the first. */
  readonly choice?: number
  /** Of pictures, files and sound: the media type where it is a usual one, and bytes where they were in the request. */
  readonly media?: string
  readonly bytes?: number
}

/** What was said in one request. */
export interface Conversation {
  readonly prompt: readonly Said[]
  readonly answer: readonly Said[]
}
