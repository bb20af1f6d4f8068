/** What happened to one object, as a watch tells it (API-SEMANTICS W01). */
export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
