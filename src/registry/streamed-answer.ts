/** An answer whose parts are sent as they come, for as long as they come: nothing limits its time. */
export interface StreamedAnswer {
  readonly contentType: string
  /** Read no faster than the client reads; ended, by its `return`, when the client goes or the server shuts down. */
  readonly stream: AsyncIterable<string | Uint8Array>
}

export function isStreamedAnswer(answer: unknown): answer is StreamedAnswer {
  const { contentType, stream } = (answer ?? {}) as Partial<StreamedAnswer>
  return typeof contentType === 'string' && typeof stream === 'object' && Symbol.asyncIterator in stream
}
